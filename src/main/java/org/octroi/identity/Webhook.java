package org.octroi.identity;

import java.time.Instant;

/**
 * An address that somebody's programs are told things at.
 *
 * @param owner the person, or the organisation whose members may see and end it
 * @param kinds what it is told
 */
record Webhook(WebhookId id, Owner owner, String url, NoticeKinds kinds, Instant createdAt) {}
