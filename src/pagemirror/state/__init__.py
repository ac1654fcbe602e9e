"""What is remembered between passes: records, intents, holds, decisions, kept texts, locks, budgets."""
