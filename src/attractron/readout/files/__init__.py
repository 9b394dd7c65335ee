"""Files as laboratories write them, brought to one labelled form."""
