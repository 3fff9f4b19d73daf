package org.octroi.identity;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a program says of itself when it registers (RFC 7591 §2). Members that mean nothing here are
 * passed over, as the standard has it.
 *
 * @param name what people are told that it is called
 * @param contact whom to write to
 * @param profile how it comes to its tokens
 */
record ClientMetadata(String name, Optional<String> contact, ClientProfile profile) {

  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_CONTACT = 254;
  private static final Pattern LINE = Pattern.compile(Fields.LINE);

  private static final Map<String, ClientProfile.Authentication> METHODS =
      Map.of(
          "client_secret_basic", ClientProfile.Authentication.SECRET,
          "client_secret_post", ClientProfile.Authentication.SECRET,
          "private_key_jwt", ClientProfile.Authentication.PRIVATE_KEY_JWT,
          "self_signed_tls_client_auth", ClientProfile.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH,
          "none", ClientProfile.Authentication.NONE);

  private static final Map<String, ClientProfile.Grant> GRANTS =
      Map.of(
          "client_credentials", ClientProfile.Grant.CLIENT_CREDENTIALS,
          "authorization_code", ClientProfile.Grant.AUTHORIZATION_CODE,
          "urn:ietf:params:oauth:grant-type:device_code", ClientProfile.Grant.DEVICE_CODE,
          "urn:ietf:params:oauth:grant-type:token-exchange", ClientProfile.Grant.TOKEN_EXCHANGE);

  /** Comes with the grants that people take part in, and is not asked for by itself. */
  private static final String REFRESH = "refresh_token";

  /** That something in it can't be; the code is one of RFC 7591 §3.2.2. */
  static final class WrongException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    WrongException(String code, String description) {
      super(description);
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /**
   * Reads it.
   *
   * @throws WrongException saying what is wrong
   */
  static ClientMetadata read(Map<String, Object> members, JsonMapper json) {
    String name = line(members.get("client_name"), "client_name", LONGEST_NAME);
    List<String> contacts = texts(members.get("contacts"), "contacts");
    @Nullable Object method = members.get("token_endpoint_auth_method");
    ClientProfile.@Nullable Authentication authentication =
        METHODS.get(method == null ? "client_secret_basic" : method);
    if (authentication == null) {
      throw wrong("token_endpoint_auth_method is none that is offered here");
    }
    boolean shows = authentication == ClientProfile.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH;
    Optional<Object> jwks = Optional.ofNullable(members.get("jwks"));
    return new ClientMetadata(
        name,
        contacts.stream().findFirst().map(c -> line(c, "contacts", LONGEST_CONTACT)),
        new ClientProfile(
            authentication,
            grants(members),
            texts(members.get("redirect_uris"), "redirect_uris").stream()
                .map(ClientMetadata::redirect)
                .distinct()
                .toList(),
            shows ? Optional.empty() : jwks.map(keys -> keys(json, keys)),
            shows
                ? jwks.map(keys -> certificates(json.writeValueAsString(keys))).orElse(List.of())
                : List.of(),
            ClientProfile.Format.JWT));
  }

  private static TreeSet<ClientProfile.Grant> grants(Map<String, Object> members) {
    List<String> asked =
        members.containsKey("grant_types")
            ? texts(members.get("grant_types"), "grant_types")
            : List.of("authorization_code");
    TreeSet<ClientProfile.Grant> grants = new TreeSet<>();
    for (String word : asked) {
      ClientProfile.@Nullable Grant grant = GRANTS.get(word);
      if (grant != null) {
        grants.add(grant);
      } else if (!word.equals(REFRESH)) {
        throw wrong("grant_types has one that is not offered here");
      }
    }
    return grants;
  }

  private static RedirectUri redirect(String text) {
    try {
      return new RedirectUri(text);
    } catch (IllegalArgumentException e) {
      throw new WrongException("invalid_redirect_uri", "redirect_uris " + e.getMessage());
    }
  }

  private static ClientKeys keys(JsonMapper json, Object keys) {
    try {
      return new ClientKeys(json.writeValueAsString(keys));
    } catch (IllegalArgumentException e) {
      throw wrong("jwks " + e.getMessage());
    }
  }

  /** Those in a set of keys, the first in each (RFC 8705 §2.2.2). */
  private static List<ClientCertificate> certificates(String json) {
    try {
      List<JWK> keys = JWKSet.parse(json).getKeys();
      if (keys.size() > ClientProfile.MOST_CERTIFICATES) {
        throw wrong("jwks must have at most " + ClientProfile.MOST_CERTIFICATES + " keys");
      }
      return keys.stream().map(ClientMetadata::certificate).distinct().toList();
    } catch (ParseException e) {
      throw wrong("jwks must be a JWK set (RFC 7517), each key that of its certificate");
    }
  }

  private static ClientCertificate certificate(JWK key) {
    if (key.isPrivate()) {
      throw wrong(
          "jwks must have no private key: the one that was sent is not to be used any more");
    }
    if (key.getX509CertChain() == null) {
      throw wrong("jwks must have the certificate (x5c) of each key");
    }
    try {
      return new ClientCertificate(key.getX509CertChain().getFirst().toString());
    } catch (IllegalArgumentException e) {
      throw wrong("jwks has a certificate that " + e.getMessage());
    }
  }

  private static JWK key(ClientCertificate of) {
    List<Base64> chain = List.of(new Base64(of.base64()));
    return switch (of.certificate().getPublicKey()) {
      case RSAPublicKey rsa -> new RSAKey.Builder(rsa).x509CertChain(chain).build();
      case ECPublicKey ec ->
          new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec)
              .x509CertChain(chain)
              .build();
      default -> throw new IllegalStateException("No such key is taken in a certificate");
    };
  }

  private static String line(@Nullable Object said, String member, int longest) {
    if (said instanceof String text && text.length() <= longest && LINE.matcher(text).matches()) {
      return text;
    }
    throw wrong(member + " must be one line of at most " + longest + " characters");
  }

  private static List<String> texts(@Nullable Object said, String member) {
    if (said == null) {
      return List.of();
    }
    if (said instanceof List<?> all
        && all.size() <= ClientProfile.MOST_REDIRECTS
        && all.stream().allMatch(String.class::isInstance)) {
      return all.stream().map(String.class::cast).toList();
    }
    throw wrong(member + " must be an array of at most " + ClientProfile.MOST_REDIRECTS + " texts");
  }

  private static WrongException wrong(String description) {
    return new WrongException("invalid_client_metadata", description);
  }

  /** As it is answered (RFC 7591 §3.2.1). */
  Map<String, Object> json() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("client_name", name);
    contact.ifPresent(whom -> members.put("contacts", List.of(whom)));
    members.put(
        "token_endpoint_auth_method",
        switch (profile.authentication()) {
          case SECRET -> "client_secret_basic";
          case PRIVATE_KEY_JWT -> "private_key_jwt";
          case SELF_SIGNED_TLS_CLIENT_AUTH -> "self_signed_tls_client_auth";
          case NONE -> "none";
        });
    TreeSet<String> grants = new TreeSet<>();
    GRANTS.forEach(
        (word, grant) -> {
          if (profile.grants().contains(grant)) {
            grants.add(word);
          }
        });
    if (profile.ofPeople()) {
      grants.add(REFRESH);
    }
    members.put("grant_types", grants);
    members.put(
        "response_types",
        profile.grants().contains(ClientProfile.Grant.AUTHORIZATION_CODE)
            ? List.of("code")
            : List.of());
    members.put("redirect_uris", profile.redirectUris().stream().map(RedirectUri::text).toList());
    profile.keys().ifPresent(keys -> members.put("jwks", keys.set().toJSONObject()));
    if (!profile.certificates().isEmpty()) {
      members.put(
          "jwks",
          new JWKSet(profile.certificates().stream().map(ClientMetadata::key).toList())
              .toJSONObject());
    }
    return members;
  }
}
