package org.octroi.identity;

import org.octroi.vocabulary.PersonId;

/**
 * An account was erased: who has texts of theirs that nothing and nobody needs lets go of them, in
 * the same transaction.
 *
 * @param person whose; the id stays, and names nobody any more
 */
public record PersonErased(PersonId person) {}
