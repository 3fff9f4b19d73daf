package org.octroi.identity;

/**
 * How a person wants to be told things.
 *
 * @param language in which language
 * @param mailed whether by mail too
 * @param version grows with each change
 */
record NotificationSettings(Language language, boolean mailed, long version) {}
