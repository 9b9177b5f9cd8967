"""What no check of this folder can show. Printed after every run."""

GAPS = (
    "Nothing here was tried in a Genesys organisation; README.md lists what is not confirmed.",
    "Genesys' Architect core is of 2019 (0.0.18 of its npm package): newer functions and actions"
    " are unknown to it.",
    "It has no type for workflows: the files are read as a survey invitation, which is built on the"
    " same class and refuses flow inputs, Call Data Action and what ends a workflow. End Workflow is"
    " read as Disconnect.",
    "So it does not type what the inputs and outputs of a data action are bound to"
    " (timeoff-admin does), and its warnings of unused variables say nothing.",
    "The ids of data actions, and whether an action is published, only an organisation knows.",
    "Terraform's provider is not there: resource types and attributes were read from its"
    " documentation.",
)
