-- Grows with each new password of the account: base tokens and temporary API tokens that were made before end with it.
ALTER TABLE account ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
