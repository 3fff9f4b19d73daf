package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Browser;
import org.octroi.testing.Browser.Page;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.OpenIdClient;
import org.octroi.testing.StartedOctroi;
import tools.jackson.databind.JsonNode;

/** The started program before the strict client of another maker. */
class OpenIdClientIT {

  private static final String SCOPE = "octroi:bordeaux/presence:read";
  private static final String BACK = "http://127.0.0.1:9/back";
  private static final List<String> FOR_ITSELF = List.of("client-credentials", "token-exchange");
  private static final Pattern FIELD =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

  @Test
  void openid_client_goes_through_discovery_each_grant_introspection_revocation_and_proofs(
      @TempDir Path folder) throws Exception {
    try (StartedOctroi octroi = StartedOctroi.in(folder)) {
      Story story = new Story(octroi);
      ECKey key = new ECKeyGenerator(Curve.P_256).keyID("signing").generate();
      Story.Reuser secret = reuser(story, "secret", List.of(), Map.of());
      Story.Reuser signing =
          reuser(
              story,
              "private-key-jwt",
              FOR_ITSELF,
              Map.of("jwks", new JWKSet(key.toPublicJWK()).toJSONObject()));
      Story.Reuser open = reuser(story, "none", List.of(), Map.of());
      Browser somebody = story.atThePages();

      List<JsonNode> saw =
          OpenIdClient.story(
              Map.of(
                  "issuer", octroi.desk("").toString(),
                  "door", octroi.gate("/bordeaux/presence/api?limit=1").toString(),
                  "back", BACK,
                  "scope", SCOPE,
                  "details",
                      List.of(
                          Map.of(
                              "type", "octroi-access",
                              "dataset", "bordeaux/presence",
                              "actions", List.of("read"),
                              "purpose", "ServiceProvision")),
                  "secretClient", Map.of("id", secret.clientId(), "secret", secret.clientSecret()),
                  "signingClient", Map.of("id", signing.clientId(), "key", key.toJSONObject()),
                  "openClient", Map.of("id", open.clientId())),
              address -> answered(somebody, octroi, address));

      assertThat(saw.stream().map(Object::toString).toList())
          .satisfiesExactly(
              one -> assertThat(one).contains("discovery", octroi.desk("").toString()),
              one -> assertThat(one).contains("client-credentials", SCOPE, "bearer"),
              one -> assertThat(one).contains("served", "200"),
              one -> assertThat(one).contains("authorization-details", "bordeaux/presence"),
              one -> assertThat(one).contains("token-exchange", SCOPE),
              one -> assertThat(one).contains("introspection", "true"),
              one -> assertThat(one).contains("revoked", "false"),
              one -> assertThat(one).contains("dpop", "200"),
              one -> assertThat(one).contains("stripped", "invalid_token"),
              one -> assertThat(one).contains("private-key-jwt", "bearer"),
              one -> assertThat(one).contains("authorization-code", "sub"),
              one -> assertThat(one).contains("refresh", "true"),
              one -> assertThat(one).contains("served", "200"),
              one -> assertThat(one).contains("pushed", SCOPE),
              one -> assertThat(one).contains("refresh-revoked", "invalid_grant"),
              one -> assertThat(one).contains("open-client", "bearer"),
              one -> assertThat(one).contains("device", "bearer"));
    }
  }

  private static Story.Reuser reuser(
      Story story, String authentication, List<String> grants, Map<String, Object> more) {
    Story.Reuser reuser = story.aReuser(authentication);
    reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    Map<String, Object> profile = new java.util.HashMap<>(more);
    profile.put("authentication", authentication);
    List<String> all = new ArrayList<>(grants);
    if (grants.isEmpty()) {
      all.add("authorization-code");
      all.add("device-code");
      profile.put("redirectUris", List.of(BACK));
      if (!authentication.equals("none")) {
        all.addAll(FOR_ITSELF);
      }
    }
    profile.put("grants", all);
    profile.put("tokenFormat", "jwt");
    Answer set = reuser.setClient(profile);
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    return reuser;
  }

  /** Goes where a page sends, says yes to what is asked, and stops where the desk ends. */
  private static String answered(Browser somebody, StartedOctroi octroi, String address) {
    String at = address;
    for (int steps = 0; steps < 10; steps++) {
      if (!at.startsWith(octroi.desk("").toString()) && !at.startsWith("/")) {
        return at;
      }
      Page page = somebody.open(path(at));
      if (page.text().contains("name=\"client_id\"")) {
        page = somebody.post(action(page), "none", fields(page));
      } else if (page.text().contains("name=\"user_code\"")) {
        page = somebody.post("/oauth2/device_verification", "none", code(page));
      }
      if (page.location().isEmpty()) {
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return at;
      }
      at = page.location();
      if (at.endsWith("ended=done")) {
        return at;
      }
    }
    throw new AssertionError("Sent round and round, at last to " + at);
  }

  private static String path(String address) {
    URI uri = URI.create(address);
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static String action(Page page) {
    return page.text().contains("action=\"/oauth2/authorize\"")
        ? "/oauth2/authorize"
        : "/oauth2/device_verification";
  }

  /** Those of the first form of consent, the one that allows. */
  private static Map<String, String> fields(Page page) {
    Map<String, String> fields = new java.util.LinkedHashMap<>();
    int from = page.text().indexOf("name=\"client_id\"");
    String form = page.text().substring(from - 40, page.text().indexOf("</form>", from));
    Matcher field = FIELD.matcher(form);
    int scopes = 0;
    while (field.find()) {
      String name = field.group(1);
      fields.put(
          name.equals("scope") && scopes++ > 0 ? "n=" + scopes + "&scope" : name,
          field.group(2).replace("&amp;", "&"));
    }
    return fields;
  }

  private static Map<String, String> code(Page page) {
    Matcher value =
        Pattern.compile("name=\"user_code\"[^>]*value=\"([^\"]+)\"").matcher(page.text());
    assertThat(value.find()).isTrue();
    return Map.of("user_code", value.group(1));
  }
}
