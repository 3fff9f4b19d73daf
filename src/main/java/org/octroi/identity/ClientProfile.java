package org.octroi.identity;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/**
 * How an application comes to its tokens: how it shows who it is, what it may ask by, and where
 * people are sent back to (RFC 7591 §2).
 *
 * @param authentication how it shows who it is
 * @param grants what it may ask by; never empty
 * @param redirectUris where people are sent back to, each as it must be asked for, exactly
 * @param keys the public keys that it signs by, where it does; at most ten
 * @param certificates those that it shows when it connects, where it does; at most ten
 * @param format what its tokens for the gate look like
 */
public record ClientProfile(
    Authentication authentication,
    SortedSet<Grant> grants,
    List<RedirectUri> redirectUris,
    Optional<ClientKeys> keys,
    List<ClientCertificate> certificates,
    Format format) {

  /** Of an application of which nothing else was said: its secret, and tokens for itself. */
  public static final ClientProfile USUAL =
      new ClientProfile(
          Authentication.SECRET,
          new TreeSet<>(Set.of(Grant.CLIENT_CREDENTIALS)),
          List.of(),
          Optional.empty(),
          List.of(),
          Format.JWT);

  static final int MOST_REDIRECTS = 20;
  static final int MOST_CERTIFICATES = 10;

  /** Grants that people take part in. */
  private static final Set<Grant> OF_PEOPLE = Set.of(Grant.AUTHORIZATION_CODE, Grant.DEVICE_CODE);

  /** How a client shows who it is (RFC 6749 §2.3, RFC 7523 §2.2, RFC 8705 §2.2). */
  public enum Authentication {
    /** By its secret, in the {@code Authorization} field or the form. */
    SECRET,
    /** By what it signs with a key of its own. */
    PRIVATE_KEY_JWT,
    /** By a certificate that the desk was told of, shown as it connects by TLS. */
    SELF_SIGNED_TLS_CLIENT_AUTH,
    /** Not at all: it runs where nobody can keep a secret, such as a browser or a telephone. */
    NONE;

    /** The word as it stands in tables and APIs. */
    public String word() {
      return wordOf(this);
    }
  }

  /** What a client may ask by. */
  public enum Grant {
    /** For itself (RFC 6749 §4.4). */
    CLIENT_CREDENTIALS,
    /** For a person who is sent to the desk and back (RFC 6749 §4.1, RFC 7636). */
    AUTHORIZATION_CODE,
    /** For a person who answers on another screen (RFC 8628). */
    DEVICE_CODE,
    /** Less for more: a token that may do less, for one of its own (RFC 8693). */
    TOKEN_EXCHANGE;

    /** The word as it stands in tables and APIs. */
    public String word() {
      return wordOf(this);
    }
  }

  /** What a token looks like. */
  public enum Format {
    /** One that anybody can read and the gate verifies by itself (RFC 9068). */
    JWT,
    /** One that says nothing to whoever holds it. */
    OPAQUE;

    /** The word as it stands in tables and APIs. */
    public String word() {
      return wordOf(this);
    }
  }

  public ClientProfile {
    grants = new TreeSet<>(grants);
    redirectUris = List.copyOf(redirectUris);
    certificates = List.copyOf(certificates);
  }

  @Override
  public SortedSet<Grant> grants() {
    return new TreeSet<>(grants);
  }

  /** Whether it can keep no secret (RFC 6749 §2.1). */
  public boolean open() {
    return authentication == Authentication.NONE;
  }

  /** Whether people take part in how it comes to tokens. */
  public boolean ofPeople() {
    return grants.stream().anyMatch(OF_PEOPLE::contains);
  }

  /**
   * Refuses what does not go together.
   *
   * @param now when it is said: a certificate must not have ended before
   * @throws RefusedException naming the field
   */
  void check(Instant now) {
    if (grants.isEmpty()) {
      throw wrong("/grants", "must name at least one grant");
    }
    if (open() && !OF_PEOPLE.containsAll(grants)) {
      throw wrong(
          "/grants",
          "may only be authorization-code and device-code: a program that can't show who it is gets"
              + " no token for itself");
    }
    boolean sendsBack = grants.contains(Grant.AUTHORIZATION_CODE);
    if (sendsBack && redirectUris.isEmpty()) {
      throw wrong("/redirectUris", "must say where people are sent back to");
    }
    if (!sendsBack && !redirectUris.isEmpty()) {
      throw wrong("/redirectUris", "are for the grant authorization-code only");
    }
    boolean signs = authentication == Authentication.PRIVATE_KEY_JWT;
    if (signs && keys.isEmpty()) {
      throw wrong("/jwks", "must have the public keys that the application signs by");
    }
    if (!signs && keys.isPresent()) {
      throw wrong("/jwks", "is for the authentication private-key-jwt only");
    }
    checkCertificates(now);
  }

  private void checkCertificates(Instant now) {
    boolean shows = authentication == Authentication.SELF_SIGNED_TLS_CLIENT_AUTH;
    if (shows && certificates.isEmpty()) {
      throw wrong("/certificates", "must have the certificates that the application shows");
    }
    if (!shows && !certificates.isEmpty()) {
      throw wrong("/certificates", "are for the authentication self-signed-tls-client-auth only");
    }
    for (int i = 0; i < certificates.size(); i++) {
      Instant end = certificates.get(i).certificate().getNotAfter().toInstant();
      if (end.isBefore(now)) {
        throw wrong("/certificates/" + i, "has ended at " + end);
      }
    }
  }

  private static RefusedException wrong(String pointer, String detail) {
    return new RefusedException(Refusal.field(pointer, detail));
  }

  private static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
