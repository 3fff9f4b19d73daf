package org.octroi.catalogue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/**
 * How Octroi shows itself to a store. It is sealed before it is stored, as JSON that names its
 * {@code kind}, under the use {@link #USE}; only the connector opens it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Credential.Bearer.class, name = "bearer"),
  @JsonSubTypes.Type(value = Credential.Header.class, name = "header"),
  @JsonSubTypes.Type(value = Credential.Basic.class, name = "basic"),
  @JsonSubTypes.Type(value = Credential.ClientCredentials.class, name = "oauth2"),
  @JsonSubTypes.Type(value = Credential.Sql.class, name = "sql")
})
public sealed interface Credential {

  /** What a credential is sealed for. */
  String USE = "store-credential";

  /** A bearer token (RFC 6750). */
  record Bearer(String token) implements Credential {
    @Override
    public String toString() {
      return "Bearer[…]";
    }
  }

  /** A request header of the store's own, such as {@code X-Api-Key}. */
  record Header(String name, String value) implements Credential {
    @Override
    public String toString() {
      return "Header[" + name + ", …]";
    }
  }

  /** User and password in HTTP's basic scheme (RFC 7617). */
  record Basic(String user, String password) implements Credential {
    @Override
    public String toString() {
      return "Basic[" + user + ", …]";
    }
  }

  /**
   * An OAuth2 client that gets access tokens for itself (RFC 6749 §4.4).
   *
   * @param tokenUrl where it asks for them
   * @param clientId its name there
   * @param clientSecret its secret there
   * @param scope what it asks for, absent where the server decides
   */
  record ClientCredentials(
      String tokenUrl, String clientId, String clientSecret, Optional<String> scope)
      implements Credential {
    @Override
    public String toString() {
      return "ClientCredentials[" + tokenUrl + ", " + clientId + ", …]";
    }
  }

  /** The password of the address's database user. */
  record Sql(String password) implements Credential {
    @Override
    public String toString() {
      return "Sql[…]";
    }
  }
}
