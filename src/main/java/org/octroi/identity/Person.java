package org.octroi.identity;

import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;

/**
 * A person with an account.
 *
 * @param id their id
 * @param email where mail reaches them, in lower case
 * @param displayName how they want to be called
 * @param reuserKind as what they reuse data when they act for themselves
 * @param emailConfirmed whether the address is known to be theirs
 */
public record Person(
    PersonId id, String email, String displayName, ReuserKind reuserKind, boolean emailConfirmed) {}
