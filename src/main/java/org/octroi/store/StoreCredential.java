package org.octroi.store;

import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.octroi.secret.Seal;
import org.octroi.store.StoreTarget.SealedCredential;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What opens a store, as it stands inside its seal. */
sealed interface StoreCredential {

  /** A token in {@code Authorization: Bearer}. */
  record Bearer(String token) implements StoreCredential {
    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "Bearer[…]";
    }
  }

  /** A header of the store's own. */
  record Header(String name, String value) implements StoreCredential {
    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "Header[…]";
    }
  }

  /** A user and a password in {@code Authorization: Basic} (RFC 7617). */
  record Basic(String user, String password) implements StoreCredential {

    String header() {
      return "Basic "
          + Base64.getEncoder()
              .encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "Basic[…]";
    }
  }

  /**
   * A client that gets its access tokens itself (RFC 6749 §4.4).
   *
   * @param tokenUrl where it asks for them
   * @param clientId its name there
   * @param clientSecret its secret there
   * @param scope what it asks for, absent where the server decides
   */
  record ClientCredentials(
      String tokenUrl, String clientId, String clientSecret, Optional<String> scope)
      implements StoreCredential {
    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "ClientCredentials[…]";
    }
  }

  /** The password of the database's user. */
  record Sql(String password) implements StoreCredential {
    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "Sql[…]";
    }
  }

  /**
   * Opens the seal.
   *
   * @throws Seal.BrokenSealException when it can't be opened here
   * @throws UnreadableException when there is no credential in it
   */
  static StoreCredential open(Seal seal, SealedCredential sealed) {
    String text = seal.openText(SealedCredential.USE, sealed.sealed());
    try {
      JsonNode json = JsonMapper.shared().readTree(text);
      return switch (member(json, "kind")) {
        case "bearer" -> new Bearer(member(json, "token"));
        case "header" -> header(member(json, "name"), member(json, "value"));
        case "basic" -> new Basic(member(json, "user"), member(json, "password"));
        case "oauth2" ->
            new ClientCredentials(
                member(json, "tokenUrl"),
                member(json, "clientId"),
                member(json, "clientSecret"),
                json.hasNonNull("scope") ? Optional.of(member(json, "scope")) : Optional.empty());
        case "sql" -> new Sql(member(json, "password"));
        default -> throw new UnreadableException("a store's credential is of an unknown kind");
      };
    } catch (JacksonException e) {
      // Jackson's own words may quote the secret.
      throw new UnreadableException("a store's credential is not JSON");
    }
  }

  private static Header header(String name, String value) {
    if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) != -1) {
      throw new UnreadableException("a store's credential has a name that no header can have");
    }
    return new Header(name, value);
  }

  private static String member(JsonNode json, String name) {
    JsonNode member = json.path(name);
    if (!member.isString()) {
      throw new UnreadableException("a store's credential lacks " + name);
    }
    return member.stringValue();
  }

  /** What was sealed is no credential. */
  final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }
}
