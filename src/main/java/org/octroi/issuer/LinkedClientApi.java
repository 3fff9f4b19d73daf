package org.octroi.issuer;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Which clients of other issuers an application is, and the end of single tokens. */
@RestController
@RequestMapping("/api/v1/applications/{id}")
@Tag(name = "Applications", description = "Reusers' software, each an OAuth2 client")
class LinkedClientApi {

  private final LinkClient link;
  private final UnlinkClient unlink;
  private final RevokeShownToken revoke;
  private final ForeignClients clients;
  private final Applications applications;

  LinkedClientApi(
      LinkClient link,
      UnlinkClient unlink,
      RevokeShownToken revoke,
      ForeignClients clients,
      Applications applications) {
    this.link = link;
    this.unlink = unlink;
    this.revoke = revoke;
    this.clients = clients;
    this.applications = applications;
  }

  /**
   * A client to be linked.
   *
   * @param issuer the trusted issuer's id
   * @param token an access token of the client, for the gate, issued in the last five minutes
   * @param clientId the client's id instead, for operators
   */
  record Linking(
      @NotBlank String issuer,
      @Nullable @Size(max = 8192) String token,
      @Nullable @Size(max = 255) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String clientId) {

    /** Without the token. */
    @Override
    public String toString() {
      return "Linking[" + issuer + "]";
    }
  }

  /** A token that is shown. */
  record ShownToken(@NotBlank @Size(max = 8192) String token) {

    /** Without the token. */
    @Override
    public String toString() {
      return "ShownToken[…]";
    }
  }

  /** A client of another issuer that an application is. */
  record ClientView(
      String id, String issuer, String issuerUrl, String clientId, String proof, Instant linkedAt) {

    static ClientView of(ForeignClients.Link link) {
      return new ClientView(
          link.id().toString(),
          link.issuer().toString(),
          link.url(),
          link.clientId(),
          link.proof().word(),
          link.linkedAt());
    }
  }

  /** All clients that an application is. */
  record ClientsView(List<ClientView> items) {}

  @PostMapping("/clients")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "linkClient",
      summary = "Say which client of another issuer an application is",
      description =
          "Its tokens then stand for what the application agreed to, in the territories in which"
              + " the issuer is trusted. The owner shows a token of the client that was issued in"
              + " the last five minutes and is meant for the gate; operators may name the client.")
  ClientView link(@PathVariable ApplicationId id, @Valid @RequestBody Linking body, Caller caller) {
    if ((body.token() == null) == (body.clientId() == null)) {
      throw new RefusedException(
          Refusal.field("/token", "must be there, or clientId, and not both"));
    }
    IssuerId issuer = Fields.id("/issuer", body.issuer(), IssuerId::of);
    return ClientView.of(
        body.token() == null
            ? link.named(id, issuer, String.valueOf(body.clientId()), caller)
            : link.shown(id, issuer, body.token(), caller));
  }

  @GetMapping("/clients")
  @Operation(
      operationId = "listClients",
      summary = "List the clients of other issuers that an application is",
      description = "For its owner, and for operators; there are at most 50.")
  ClientsView list(@PathVariable ApplicationId id, Caller caller) {
    applications.readable(id, caller);
    return new ClientsView(clients.of(id).stream().map(ClientView::of).toList());
  }

  @DeleteMapping("/clients/{client}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "unlinkClient",
      summary = "Say that a client is an application no more",
      description = "Every gate refuses the client's tokens when this answers.")
  void unlink(@PathVariable ApplicationId id, @PathVariable LinkId client, Caller caller) {
    unlink.handle(id, client, caller);
  }

  @PostMapping("/tokens/revoke")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "revokeToken",
      summary = "Revoke an access token of an application",
      description =
          "Whoever issued it: every gate refuses it when this answers. For the application's owner,"
              + " and for operators.")
  void revoke(@PathVariable ApplicationId id, @Valid @RequestBody ShownToken body, Caller caller) {
    revoke.handle(id, body.token(), caller);
  }
}
