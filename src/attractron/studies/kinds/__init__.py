"""What a study file can describe: models and the questions that they answer."""
