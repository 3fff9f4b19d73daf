package org.octroi.identity;

import org.octroi.vocabulary.PersonId;

/**
 * All that a person was signed in with has ended, because their password changed or their account
 * ended; whoever gave them something that rests on it takes it back. In the same transaction.
 *
 * @param person who
 */
public record PersonSignedOut(PersonId person) {}
