package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.territory.PageAsk;
import org.octroi.usage.KeyUsage;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.Page;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** API keys: what an application sends to the gate where it can't fetch a token. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Applications", description = "Reusers' software, each an OAuth2 client")
class KeyApi {

  private static final int USUAL_OVERLAP_HOURS = 7 * 24;
  private static final int LONGEST_OVERLAP_HOURS = 30 * 24;

  private final CreateKey create;
  private final RotateKey rotate;
  private final RevokeKey revoke;
  private final ApplicationKeys keys;
  private final Applications applications;
  private final KeyUsage usage;
  private final Clock clock;

  KeyApi(
      CreateKey create,
      RotateKey rotate,
      RevokeKey revoke,
      ApplicationKeys keys,
      Applications applications,
      KeyUsage usage,
      Clock clock) {
    this.create = create;
    this.rotate = rotate;
    this.revoke = revoke;
    this.keys = keys;
    this.applications = applications;
    this.usage = usage;
    this.clock = clock;
  }

  /**
   * A key to be made.
   *
   * @param expiresAt when it ends by itself; never where it is absent
   */
  record KeyOrder(
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name,
      @Nullable @Schema(format = "date-time") String expiresAt) {}

  /**
   * How a key is to be replaced.
   *
   * @param overlapHours for how long the old one goes on to work; a week where it is absent
   * @param expiresAt when the new one ends by itself; where it is absent it lives for as long as
   *     the old one was made to live
   */
  record Replacement(
      @Nullable @Min(1) @Max(LONGEST_OVERLAP_HOURS) Integer overlapHours,
      @Nullable @Schema(format = "date-time") String expiresAt) {}

  /** A key as its owner sees it after it was shown. */
  record KeyView(
      String id,
      String application,
      String name,
      String beginning,
      String state,
      String createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt,
      @Nullable String replacedBy,
      @Nullable LocalDate lastUsedOn) {}

  /** A key with its text, shown this once. */
  record ShownKeyView(KeyView key, String apiKey) {

    /** Without the text. */
    @Override
    public String toString() {
      return "ShownKeyView[…]";
    }
  }

  @PostMapping("/applications/{id}/keys")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "createApiKey",
      summary = "Make an API key for an application",
      description =
          "Shown this once. It works at every gate when this answers, in X-API-Key or as a bearer"
              + " token, for whatever the application's agreements give. At most 20 may be live.")
  ResponseEntity<ShownKeyView> create(
      @PathVariable ApplicationId id, @Valid @RequestBody KeyOrder order, Caller caller) {
    return shown(create.handle(id, order.name(), end(order.expiresAt()), caller));
  }

  @GetMapping("/applications/{id}/keys")
  @Operation(
      operationId = "listApiKeys",
      summary = "List an application's API keys",
      description =
          "For its owner, for operators and auditors of the instance; with the day of UTC on which"
              + " each was last used. Those that have ended are listed for a while.")
  Page<KeyView> list(
      @PathVariable ApplicationId id,
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    applications.readable(id, caller);
    Page<ApplicationKey> page = keys.of(id, PageAsk.of(limit, after));
    Map<KeyId, LocalDate> used =
        usage.lastUsedOn(page.items().stream().map(ApplicationKey::id).toList());
    Instant now = clock.instant();
    return page.map(key -> view(key, used, now));
  }

  @GetMapping("/keys/{id}")
  @Operation(
      operationId = "readApiKey",
      summary = "Read an API key",
      description =
          "For its application's owner, for operators and auditors of the instance; never the key"
              + " itself, which is not kept.")
  ResponseEntity<KeyView> read(@PathVariable KeyId id, Caller caller) {
    ApplicationKey key = keys.readable(id, caller);
    return ResponseEntity.ok().eTag(tag(key)).body(view(key));
  }

  @PostMapping("/keys/{id}/rotate")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "rotateApiKey",
      summary = "Replace an API key",
      description =
          "A new one, shown this once. The old one goes on to work for as many hours as are asked,"
              + " at most 720, or for a week.")
  ResponseEntity<ShownKeyView> rotate(
      @PathVariable KeyId id,
      @Valid @RequestBody(required = false) @Nullable Replacement body,
      ExpectedVersion expected,
      Caller caller) {
    @Nullable Integer hours = body == null ? null : body.overlapHours();
    return shown(
        rotate.handle(
            id,
            Duration.ofHours(hours == null ? USUAL_OVERLAP_HOURS : hours),
            end(body == null ? null : body.expiresAt()),
            expected,
            caller));
  }

  @DeleteMapping("/keys/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "revokeApiKey",
      summary = "Revoke an API key",
      description =
          "Every gate refuses it when this answers. For its application's owner, and for"
              + " operators.")
  void revoke(@PathVariable KeyId id, ExpectedVersion expected, Caller caller) {
    revoke.handle(id, expected, caller);
  }

  private static Optional<Instant> end(@Nullable String text) {
    return Optional.ofNullable(text).map(given -> Fields.time("/expiresAt", given));
  }

  private ResponseEntity<ShownKeyView> shown(CreateKey.WithText made) {
    return ResponseEntity.status(HttpStatus.CREATED)
        .location(URI.create("/api/v1/keys/" + made.key().id()))
        .eTag(tag(made.key()))
        .cacheControl(CacheControl.noStore())
        .body(new ShownKeyView(view(made.key(), Map.of(), clock.instant()), made.text().text()));
  }

  private String tag(ApplicationKey key) {
    return ExpectedVersion.tag(key.version(), word(key, clock.instant()));
  }

  private KeyView view(ApplicationKey key) {
    return view(key, usage.lastUsedOn(List.of(key.id())), clock.instant());
  }

  private static KeyView view(ApplicationKey key, Map<KeyId, LocalDate> used, Instant now) {
    return new KeyView(
        key.id().toString(),
        key.application().toString(),
        key.name(),
        key.beginning(),
        word(key, now),
        key.createdBy().toString(),
        key.createdAt(),
        key.expiresAt().orElse(null),
        key.revokedAt().orElse(null),
        key.replacedBy().map(KeyId::toString).orElse(null),
        used.get(key.id()));
  }

  private static String word(ApplicationKey key, Instant now) {
    return key.state(now).name().toLowerCase(Locale.ROOT);
  }
}
