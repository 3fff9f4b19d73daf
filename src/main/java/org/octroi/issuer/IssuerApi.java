package org.octroi.issuer;

import com.nimbusds.jose.jwk.JWK;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The issuers whose tokens the gate accepts besides our own. */
@RestController
@RequestMapping("/api/v1/issuers")
@Tag(name = "Issuers", description = "Whose tokens the gate accepts besides our own")
class IssuerApi {

  private static final int MOST_TERRITORIES = 1000;
  private static final String ISSUER =
      "https?://[\\x21-\\x7e&&[^/?#@]]+(/[\\x21-\\x7e&&[^?#]]*[\\x21-\\x7e&&[^?#/]])?";

  private final RegisterIssuer register;
  private final ChangeIssuer change;
  private final RemoveIssuer remove;
  private final IssuerKeys keys;
  private final TrustedIssuers trusted;
  private final Territories territories;

  IssuerApi(
      RegisterIssuer register,
      ChangeIssuer change,
      RemoveIssuer remove,
      IssuerKeys keys,
      TrustedIssuers trusted,
      Territories territories) {
    this.register = register;
    this.change = change;
    this.remove = remove;
    this.keys = keys;
    this.trusted = trusted;
    this.territories = territories;
  }

  /**
   * An issuer to be trusted.
   *
   * @param url what its tokens say issued them, letter by letter
   * @param territories the names in addresses of those where its tokens open anything
   */
  record Registration(
      @NotBlank
          @Size(max = 500)
          @Pattern(
              regexp = ISSUER,
              message = "must be an http or https address without query and without / at its end")
          String url,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name,
      @NotNull @Size(max = MOST_TERRITORIES) List<@NotNull String> territories) {}

  /** What may be said anew of an issuer. */
  record Change(
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name,
      @NotNull @Size(max = MOST_TERRITORIES) List<@NotNull String> territories) {}

  /** A public key of an issuer. */
  record KeyView(String id, @Nullable String algorithm) {}

  /**
   * How it stands with an issuer's keys.
   *
   * @param passedOver why others that it publishes are not used
   */
  record KeysView(
      List<KeyView> inUse,
      List<String> passedOver,
      Instant readAt,
      @Nullable Instant failingSince,
      @Nullable String error) {}

  /**
   * An issuer.
   *
   * @param keys for operators and the instance's auditors
   */
  record IssuerView(
      String id,
      String url,
      String name,
      List<String> territories,
      Instant createdAt,
      @Nullable KeysView keys) {}

  /** All issuers. */
  record IssuersView(List<IssuerView> items) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerIssuer",
      summary = "Trust an issuer",
      description =
          "A Keycloak realm, or any OpenID provider. Its description and keys are read at once, and"
              + " again from time to time; inside addresses only where"
              + " octroi.store.allowed-addresses has them. Its tokens open something in the"
              + " territories named, once an application said which of its clients it is. For"
              + " operators.")
  ResponseEntity<IssuerView> register(@Valid @RequestBody Registration body, Caller caller) {
    TrustedIssuer made =
        register.handle(body.url(), body.name().strip(), ids(body.territories()), caller);
    return ResponseEntity.status(HttpStatus.CREATED)
        .location(URI.create("/api/v1/issuers/" + made.id()))
        .eTag(ExpectedVersion.tag(made.version()))
        .body(view(made, caller));
  }

  @GetMapping
  @Operation(
      operationId = "listIssuers",
      summary = "List the trusted issuers",
      description = "All of them, for whoever has an account: an instance has a few.")
  IssuersView list(Caller caller) {
    Map<TerritoryId, String> slugs = slugs();
    return new IssuersView(
        trusted.all().stream().map(issuer -> view(issuer, slugs, caller)).toList());
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readIssuer",
      summary = "Read a trusted issuer",
      description =
          "Operators and the instance's auditors see its keys, and whether they can be read.")
  ResponseEntity<IssuerView> read(@PathVariable IssuerId id, Caller caller) {
    return tagged(
        trusted
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString())),
        caller);
  }

  @PutMapping("/{id}")
  @Operation(
      operationId = "changeIssuer",
      summary = "Say where an issuer is trusted",
      description = "In place of what was said before; it may be nowhere. For operators.")
  ResponseEntity<IssuerView> change(
      @PathVariable IssuerId id,
      @Valid @RequestBody Change body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(
        change.handle(id, body.name().strip(), ids(body.territories()), expected, caller), caller);
  }

  @PostMapping("/{id}/refresh")
  @Operation(
      operationId = "refreshIssuer",
      summary = "Read an issuer's keys now",
      description =
          "What was signed by a key that it has taken back is refused from the next second on, as"
              + " after a key leaked. For operators.")
  ResponseEntity<IssuerView> refresh(@PathVariable IssuerId id, Caller caller) {
    return tagged(keys.readNow(id, caller), caller);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "removeIssuer",
      summary = "Trust an issuer no more",
      description =
          "Every gate refuses its tokens when this answers, and which of its clients applications"
              + " were is forgotten. For operators.")
  void remove(@PathVariable IssuerId id, ExpectedVersion expected, Caller caller) {
    remove.handle(id, expected, caller);
  }

  private Set<TerritoryId> ids(List<String> slugs) {
    Map<String, TerritoryId> known =
        territories.all().stream()
            .collect(Collectors.toMap(found -> found.slug().value(), Territory::id));
    Set<TerritoryId> ids = new HashSet<>();
    for (int i = 0; i < slugs.size(); i++) {
      TerritoryId id = known.get(slugs.get(i));
      if (id == null) {
        throw new RefusedException(
            Refusal.field("/territories/" + i, "must be the name in addresses of a territory"));
      }
      ids.add(id);
    }
    return ids;
  }

  private Map<TerritoryId, String> slugs() {
    return territories.all().stream()
        .collect(Collectors.toMap(Territory::id, found -> found.slug().value()));
  }

  private ResponseEntity<IssuerView> tagged(TrustedIssuer issuer, Caller caller) {
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(issuer.version()))
        .body(view(issuer, caller));
  }

  private IssuerView view(TrustedIssuer issuer, Caller caller) {
    return view(issuer, slugs(), caller);
  }

  private static IssuerView view(
      TrustedIssuer issuer, Map<TerritoryId, String> slugs, Caller caller) {
    return new IssuerView(
        issuer.id().toString(),
        issuer.url(),
        issuer.name(),
        issuer.territories().stream().map(id -> slugs.getOrDefault(id, "")).sorted().toList(),
        issuer.createdAt(),
        caller.mayAudit(Optional.empty()) ? keys(issuer) : null);
  }

  private static KeysView keys(TrustedIssuer issuer) {
    return new KeysView(
        issuer.keys().stream().map(IssuerApi::key).toList(),
        issuer.passedOver(),
        issuer.keysReadAt(),
        issuer.failingSince().orElse(null),
        issuer.lastError().orElse(null));
  }

  private static KeyView key(String json) {
    try {
      JWK jwk = JWK.parse(json);
      return new KeyView(
          jwk.getKeyID() == null ? "" : jwk.getKeyID(),
          jwk.getAlgorithm() == null ? null : jwk.getAlgorithm().getName());
    } catch (ParseException e) {
      throw new IllegalStateException("A key that was read can be read again", e);
    }
  }
}
