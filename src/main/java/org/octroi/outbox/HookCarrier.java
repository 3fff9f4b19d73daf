package org.octroi.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.octroi.store.CalledAddress;
import org.octroi.store.NoAnswerException;
import org.octroi.store.WalledCalls;
import org.octroi.vocabulary.StoredJson;
import org.springframework.stereotype.Component;

/**
 * Calls webhooks, through the wall that keeps stores out of the inside network. Each try is signed
 * anew, so that a receiver can refuse what is old: {@code Octroi-Signature: t=<unix
 * seconds>,v1=<hex HMAC-SHA-256 of "t.body">}.
 */
@Component
final class HookCarrier implements Carrier {

  private static final int GONE = 410;

  private final WalledCalls posts;
  private final OutboxProperties properties;
  private final Clock clock;

  HookCarrier(WalledCalls posts, OutboxProperties properties, Clock clock) {
    this.posts = posts;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public Means means() {
    return Means.WEBHOOK;
  }

  @Override
  public void carry(MessageId id, byte[] content) throws NotCarriedException {
    Hook hook = StoredJson.MAPPER.readValue(content, Hook.class);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Content-Type", "application/json");
    fields.put("Octroi-Delivery", id.toString());
    fields.put(
        "Octroi-Signature",
        signature(clock.instant().getEpochSecond(), hook.body(), hook.secret()));
    int status;
    try {
      status =
          posts.tell(
              CalledAddress.of(hook.url()),
              fields,
              hook.body().getBytes(UTF_8),
              properties.webhookTimeout());
    } catch (NoAnswerException e) {
      throw NotCarriedException.thisTime("the receiver gave no answer: " + e.getMessage());
    }
    if (status == GONE) {
      throw NotCarriedException.forGood("the receiver answered 410: it wants no more");
    }
    if (status < 200 || status > 299) {
      throw NotCarriedException.thisTime("the receiver answered " + status);
    }
  }

  static String signature(long unixSeconds, String body, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      byte[] code = mac.doFinal((unixSeconds + "." + body).getBytes(UTF_8));
      return "t=" + unixSeconds + ",v1=" + HexFormat.of().formatHex(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 does not work in this JVM", e);
    }
  }
}
