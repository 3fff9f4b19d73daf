package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Reusers' software, each an OAuth2 client. */
@RestController
@RequestMapping("/api/v1/applications")
@Tag(name = "Applications", description = "Reusers' software, each an OAuth2 client")
class ApplicationApi {

  private final RegisterApplication register;
  private final RotateSecret rotate;
  private final SetOrigins setOrigins;
  private final SuspendApplication suspend;
  private final ResumeApplication resume;
  private final Applications applications;

  ApplicationApi(
      RegisterApplication register,
      RotateSecret rotate,
      SetOrigins setOrigins,
      SuspendApplication suspend,
      ResumeApplication resume,
      Applications applications) {
    this.register = register;
    this.rotate = rotate;
    this.setOrigins = setOrigins;
    this.suspend = suspend;
    this.resume = resume;
    this.applications = applications;
  }

  private static final int MOST_ORIGINS = 20;

  /** What is registered. */
  record Registration(
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name,
      @Nullable @Size(max = 254) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String contact,
      @Nullable String organisation,
      @Nullable @Size(max = MOST_ORIGINS) List<@NotNull String> origins) {}

  /** The web origins whose pages may read with an application's tokens. */
  record OriginList(@NotNull @Size(max = MOST_ORIGINS) List<@NotNull String> origins) {}

  /** An application as its owner sees it. */
  record ApplicationView(
      String id,
      String name,
      @Nullable String contact,
      String clientId,
      String status,
      OwnerView owner,
      List<String> origins,
      Instant createdAt) {

    static ApplicationView of(RegisteredApplication application) {
      return new ApplicationView(
          application.id().toString(),
          application.name(),
          application.contact().orElse(null),
          application.clientId(),
          application.active() ? "active" : "suspended",
          new OwnerView(
              application.owner().kind(),
              application.owner().id(),
              application.ownerName(),
              application.reuserKind().word()),
          application.origins().stream().map(WebOrigin::text).toList(),
          application.createdAt());
    }
  }

  /** The reuser whose application it is. */
  record OwnerView(String kind, String id, String name, String reuserKind) {}

  /** An application with its client secret, shown this once. */
  record SecretView(ApplicationView application, String clientId, String clientSecret) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "SecretView[…]";
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerApplication",
      summary = "Register an application",
      description =
          "For the caller, or an organisation that they act for. The client secret is shown this"
              + " once. Pages of the web origins named, at most 20 such as https://example.org, may"
              + " read with its tokens.")
  ResponseEntity<SecretView> register(
      @Valid @RequestBody Registration registration, Caller caller) {
    RegisterApplication.WithSecret made =
        register.handle(
            registration.name(),
            Optional.ofNullable(registration.contact()),
            Optional.ofNullable(registration.organisation())
                .map(id -> Fields.id("/organisation", id, OrganisationId::of)),
            origins(registration.origins()),
            caller);
    return withSecret(HttpStatus.CREATED, made);
  }

  @GetMapping
  @Operation(
      operationId = "listMyApplications",
      summary = "List my applications",
      description = "The caller's own and those of the organisations that they act for.")
  Page<ApplicationView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return applications.ownedBy(caller, PageAsk.of(limit, after)).map(ApplicationView::of);
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readApplication",
      summary = "Read an application",
      description = "For its owner, and for operators and auditors of the instance.")
  ResponseEntity<ApplicationView> read(@PathVariable ApplicationId id, Caller caller) {
    return tagged(applications.readable(id, caller));
  }

  @PostMapping("/{id}/secret")
  @Operation(
      operationId = "rotateClientSecret",
      summary = "Get a new client secret",
      description = "The old one ends at once; the new one is shown this once.")
  ResponseEntity<SecretView> rotate(
      @PathVariable ApplicationId id, ExpectedVersion expected, Caller caller) {
    return withSecret(HttpStatus.OK, rotate.handle(id, expected, caller));
  }

  @PutMapping("/{id}/origins")
  @Operation(
      operationId = "setApplicationOrigins",
      summary = "Say whose pages may read with an application's tokens",
      description =
          "At most 20 web origins as browsers write them, such as https://example.org or"
              + " http://localhost:3000, in place of those before; none for programs that run in no"
              + " browser. http is for localhost and 127.0.0.1 only.")
  ResponseEntity<ApplicationView> setOrigins(
      @PathVariable ApplicationId id,
      @Valid @RequestBody OriginList list,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(setOrigins.handle(id, origins(list.origins()), expected, caller));
  }

  @PostMapping("/{id}/suspend")
  @Operation(
      operationId = "suspendApplication",
      summary = "Suspend an application",
      description = "It gets no tokens, and those that it has are refused, until it is resumed.")
  ResponseEntity<ApplicationView> suspend(
      @PathVariable ApplicationId id, ExpectedVersion expected, Caller caller) {
    return tagged(suspend.handle(id, expected, caller));
  }

  @PostMapping("/{id}/resume")
  @Operation(
      operationId = "resumeApplication",
      summary = "Resume an application",
      description = "What an operator suspended, only an operator resumes.")
  ResponseEntity<ApplicationView> resume(
      @PathVariable ApplicationId id, ExpectedVersion expected, Caller caller) {
    return tagged(resume.handle(id, expected, caller));
  }

  /** Each once, in the order given. */
  private static List<WebOrigin> origins(@Nullable List<String> texts) {
    List<WebOrigin> origins = new ArrayList<>();
    if (texts != null) {
      for (int i = 0; i < texts.size(); i++) {
        origins.add(Fields.read("/origins/" + i, texts.get(i), WebOrigin::new));
      }
    }
    return origins.stream().distinct().toList();
  }

  private static ResponseEntity<ApplicationView> tagged(RegisteredApplication application) {
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(application.version()))
        .body(ApplicationView.of(application));
  }

  private static ResponseEntity<SecretView> withSecret(
      HttpStatus status, RegisterApplication.WithSecret made) {
    RegisteredApplication application = made.application();
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(status)
            .eTag(ExpectedVersion.tag(application.version()))
            .cacheControl(CacheControl.noStore());
    if (status == HttpStatus.CREATED) {
      answer.location(URI.create("/api/v1/applications/" + application.id()));
    }
    return answer.body(
        new SecretView(
            ApplicationView.of(application), application.clientId(), made.secret().text()));
  }
}
