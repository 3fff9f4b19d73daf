package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.outbox.Delivery;
import org.octroi.outbox.Outbox;
import org.octroi.store.CalledAddress;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
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

/** Webhooks. One never changes, it only ends, so its version is always 1. */
@RestController
@RequestMapping("/api/v1/webhooks")
@Tag(name = "Notices", description = "What people and their programs are told")
class WebhookApi {

  private static final long VERSION = 1;
  private static final int MOST_KINDS = 50;

  private final RegisterWebhook register;
  private final EndWebhook end;
  private final TestWebhook test;
  private final Webhooks webhooks;
  private final Outbox outbox;

  WebhookApi(
      RegisterWebhook register,
      EndWebhook end,
      TestWebhook test,
      Webhooks webhooks,
      Outbox outbox) {
    this.register = register;
    this.end = end;
    this.test = test;
    this.webhooks = webhooks;
    this.outbox = outbox;
  }

  /** What is registered. */
  record Registration(
      @NotBlank @Size(max = 2000) String url,
      @Nullable @Size(max = MOST_KINDS) List<@NotNull String> kinds,
      @Nullable String organisation) {}

  /** Whose it is. */
  record OwnerView(String kind, String id) {}

  /** What became of a message to it. */
  record DeliveryView(
      String id,
      String kind,
      String state,
      int tries,
      @Nullable String error,
      Instant createdAt,
      @Nullable Instant endedAt) {

    static DeliveryView of(Delivery delivery) {
      return new DeliveryView(
          delivery.id().toString(),
          delivery.kind(),
          delivery.state().word(),
          delivery.tries(),
          delivery.error().orElse(null),
          delivery.createdAt(),
          delivery.endedAt().orElse(null));
    }
  }

  /** A webhook as its owner sees it. */
  record WebhookView(
      String id,
      String url,
      List<String> kinds,
      OwnerView owner,
      Instant createdAt,
      @Nullable DeliveryView newest) {

    static WebhookView of(Webhook webhook, Map<String, Delivery> newest) {
      return new WebhookView(
          webhook.id().toString(),
          webhook.url(),
          webhook.kinds().patterns(),
          new OwnerView(webhook.owner().kind(), webhook.owner().id()),
          webhook.createdAt(),
          Optional.ofNullable(newest.get(webhook.id().toString()))
              .map(DeliveryView::of)
              .orElse(null));
    }
  }

  /** A webhook with its secret, shown this once. */
  record SecretView(WebhookView webhook, String secret) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "SecretView[…]";
    }
  }

  /** A message that is on its way. */
  record OnItsWay(String delivery) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerWebhook",
      summary = "Register a webhook",
      description =
          "For the caller, or an organisation that they act for. What they are told is then posted"
              + " to the address as JSON (id, kind, at, territory, subject, title), signed in"
              + " Octroi-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of \"t.body\" under the"
              + " secret>. The secret is shown this once. A message may come twice, with the same"
              + " Octroi-Delivery. Kinds are such as agreement.revoked or agreement.*; none means"
              + " all.")
  ResponseEntity<SecretView> register(
      @Valid @RequestBody Registration registration, Caller caller) {
    Fields.read("/url", registration.url(), WebhookApi::address);
    RegisterWebhook.WithSecret made =
        register.handle(
            registration.url(),
            kinds(registration.kinds()),
            Optional.ofNullable(registration.organisation())
                .map(id -> Fields.id("/organisation", id, OrganisationId::of)),
            caller);
    return ResponseEntity.status(HttpStatus.CREATED)
        .location(URI.create("/api/v1/webhooks/" + made.webhook().id()))
        .eTag(ExpectedVersion.tag(VERSION))
        .cacheControl(CacheControl.noStore())
        .body(new SecretView(WebhookView.of(made.webhook(), Map.of()), made.secret().text()));
  }

  @GetMapping
  @Operation(
      operationId = "listMyWebhooks",
      summary = "List my webhooks",
      description =
          "The caller's own and those of the organisations that they act for, each with what became"
              + " of the newest message to it.")
  Page<WebhookView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    Page<Webhook> page = webhooks.ownedBy(caller, PageAsk.of(limit, after));
    Map<String, Delivery> newest = outbox.newest(page.items().stream().map(Webhook::id).toList());
    return page.map(webhook -> WebhookView.of(webhook, newest));
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readWebhook",
      summary = "Read a webhook",
      description = "With what became of the newest message to it.")
  ResponseEntity<WebhookView> read(@PathVariable WebhookId id, Caller caller) {
    Webhook webhook = webhooks.owned(id, caller);
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(VERSION))
        .body(WebhookView.of(webhook, outbox.newest(List.of(id))));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "endWebhook",
      summary = "End a webhook",
      description = "What it was still to be told is forgotten.")
  void end(@PathVariable WebhookId id, ExpectedVersion expected, Caller caller) {
    expected.check(VERSION);
    end.handle(id, caller);
  }

  @PostMapping("/{id}/test")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(
      operationId = "testWebhook",
      summary = "Try a webhook",
      description =
          "Sends it a message of the kind webhook.tested; reading the webhook then says what became"
              + " of it.")
  OnItsWay test(@PathVariable WebhookId id, Caller caller) {
    return new OnItsWay(test.handle(id, caller).toString());
  }

  private static CalledAddress address(String text) {
    try {
      CalledAddress address = CalledAddress.of(text);
      if (address.uri().getRawFragment() == null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Said below, of the field.
    }
    throw new IllegalArgumentException(
        "must be an https address with a host, without user, password and fragment");
  }

  private static NoticeKinds kinds(@Nullable List<String> texts) {
    List<String> kinds = new ArrayList<>();
    if (texts != null) {
      for (int i = 0; i < texts.size(); i++) {
        kinds.add(Fields.read("/kinds/" + i, texts.get(i), NoticeKinds::pattern));
      }
    }
    return new NoticeKinds(kinds.stream().distinct().toList());
  }
}
