package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** How applications come to their tokens. */
@RestController
@RequestMapping("/api/v1/applications/{id}/client")
@Tag(name = "Applications", description = "Reusers' software, each an OAuth2 client")
class ClientApi {

  private static final int MOST_GRANTS = 10;

  private final SetClientProfile set;
  private final ClientProfiles profiles;
  private final Applications applications;
  private final JsonMapper json;

  ClientApi(
      SetClientProfile set, ClientProfiles profiles, Applications applications, JsonMapper json) {
    this.set = set;
    this.profiles = profiles;
    this.applications = applications;
    this.json = json;
  }

  /**
   * How an application comes to its tokens.
   *
   * @param authentication {@code secret}, {@code private-key-jwt}, {@code
   *     self-signed-tls-client-auth} or {@code none}
   * @param grants {@code client-credentials}, {@code authorization-code}, {@code device-code},
   *     {@code token-exchange}
   * @param redirectUris where people are sent back to
   * @param jwks the public keys that it signs by
   * @param certificates those that it shows when it connects, each a certificate in PEM
   * @param tokenFormat {@code jwt} or {@code opaque}
   */
  record ClientView(
      @NotNull String authentication,
      @NotEmpty @Size(max = MOST_GRANTS) List<@NotNull String> grants,
      @Nullable @Size(max = ClientProfile.MOST_REDIRECTS) List<@NotNull String> redirectUris,
      @Nullable Map<String, Object> jwks,
      @Nullable @Size(max = ClientProfile.MOST_CERTIFICATES) List<@NotNull String> certificates,
      @NotNull String tokenFormat) {}

  @GetMapping
  @Operation(
      operationId = "readApplicationClient",
      summary = "See how an application comes to its tokens",
      description = "For its owner, and for operators.")
  ResponseEntity<ClientView> read(@PathVariable ApplicationId id, Caller caller) {
    return tagged(applications.readable(id, caller));
  }

  @PutMapping
  @Operation(
      operationId = "setApplicationClient",
      summary = "Say how an application comes to its tokens",
      description =
          "How it shows who it is (secret, private-key-jwt with its public keys,"
              + " self-signed-tls-client-auth with its certificates in PEM, where the desk sees"
              + " certificates, or none for a"
              + " program that runs where nobody can keep a secret), what it may ask by"
              + " (client-credentials, authorization-code, device-code, token-exchange), where"
              + " people are sent back to (exactly as it will ask for it; https, or http on this"
              + " machine), and what its tokens for the gate look like (jwt, opaque).")
  ResponseEntity<ClientView> set(
      @PathVariable ApplicationId id,
      @Valid @RequestBody ClientView client,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(set.handle(id, profile(client), expected, caller));
  }

  private ClientProfile profile(ClientView client) {
    TreeSet<ClientProfile.Grant> grants = new TreeSet<>();
    for (int i = 0; i < client.grants().size(); i++) {
      grants.add(
          Fields.word(
              "/grants/" + i,
              client.grants().get(i),
              ClientProfile.Grant.values(),
              ClientProfile.Grant::word));
    }
    List<RedirectUri> redirects = new ArrayList<>();
    List<String> texts = client.redirectUris() == null ? List.of() : client.redirectUris();
    for (int i = 0; i < texts.size(); i++) {
      redirects.add(Fields.read("/redirectUris/" + i, texts.get(i), RedirectUri::new));
    }
    List<ClientCertificate> certificates = new ArrayList<>();
    List<String> pems = client.certificates() == null ? List.of() : client.certificates();
    for (int i = 0; i < pems.size(); i++) {
      certificates.add(Fields.read("/certificates/" + i, pems.get(i), ClientCertificate::ofPem));
    }
    return new ClientProfile(
        Fields.word(
            "/authentication",
            client.authentication(),
            ClientProfile.Authentication.values(),
            ClientProfile.Authentication::word),
        grants,
        redirects.stream().distinct().toList(),
        Optional.ofNullable(client.jwks())
            .map(keys -> Fields.read("/jwks", json.writeValueAsString(keys), ClientKeys::new)),
        certificates.stream().distinct().toList(),
        Fields.word(
            "/tokenFormat",
            client.tokenFormat(),
            ClientProfile.Format.values(),
            ClientProfile.Format::word));
  }

  private ResponseEntity<ClientView> tagged(RegisteredApplication application) {
    ClientProfile profile = profiles.of(application.id());
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(application.version()))
        .body(
            new ClientView(
                profile.authentication().word(),
                profile.grants().stream().map(ClientProfile.Grant::word).toList(),
                profile.redirectUris().stream().map(RedirectUri::text).toList(),
                profile.keys().map(keys -> keys.set().toJSONObject()).orElse(null),
                profile.certificates().isEmpty()
                    ? null
                    : profile.certificates().stream().map(ClientCertificate::pem).toList(),
                profile.format().word()));
  }
}
