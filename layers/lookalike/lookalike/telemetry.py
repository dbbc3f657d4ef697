"""The functions' logger and metrics."""

import warnings

from aws_lambda_powertools import Logger, Metrics

# Most calls count nothing. The warning would put a line of plain text among the JSON of the log.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger()
metrics = Metrics()
