//! Time-off semantics: amounts, balances, and writes to BambooHR that can be trusted.
