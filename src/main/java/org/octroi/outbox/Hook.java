package org.octroi.outbox;

/**
 * A call of a webhook.
 *
 * @param url where to
 * @param secret what the call is signed with; its UTF-8 bytes are the HMAC's key
 * @param body JSON
 */
public record Hook(String url, String secret, String body) {

  /** Says nothing of what is in it. */
  @Override
  public String toString() {
    return "Hook[…]";
  }
}
