package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.Map;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Programs that register themselves, with the token of the person whose they are. */
@RestController
@RequestMapping(ClientRegistration.PATH)
@Tag(name = "Applications", description = "Reusers' software, each an OAuth2 client")
class ClientRegistrationApi {

  private final ClientRegistration registration;
  private final RegisterClient register;
  private final JsonMapper json;

  ClientRegistrationApi(ClientRegistration registration, RegisterClient register, JsonMapper json) {
    this.registration = registration;
    this.register = register;
    this.json = json;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerClient",
      summary = "Register a program by itself",
      description =
          "By RFC 7591, with a personal token as the initial access token, where the administrator"
              + " has opened it (octroi.identity.client-registration). What comes of it is an"
              + " application like any other. What can't be is answered as that standard says, with"
              + " error and error_description.",
      responses = {
        @ApiResponse(
            responseCode = "201",
            description = "The client's metadata",
            content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE)),
        @ApiResponse(
            responseCode = "400",
            description = "A problem, or an error of RFC 7591 §3.2.2",
            content = {
              @Content(mediaType = MediaType.APPLICATION_JSON_VALUE),
              @Content(mediaType = Problems.MEDIA_TYPE)
            })
      })
  ResponseEntity<Map<String, Object>> register(
      @RequestBody Map<String, Object> metadata, Caller caller) {
    if (!registration.open()) {
      throw RefusedException.of(ProblemType.NOT_FOUND, ClientRegistration.PATH);
    }
    try {
      ClientMetadata read = ClientMetadata.read(metadata, json);
      RegisterApplication.WithSecret made =
          register.handle(read.name(), read.contact(), read.profile(), caller);
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("client_id", made.application().clientId());
      answer.put("client_id_issued_at", made.application().createdAt().getEpochSecond());
      if (read.profile().authentication() == ClientProfile.Authentication.SECRET) {
        answer.put("client_secret", made.secret().text());
        answer.put("client_secret_expires_at", 0);
      }
      answer.putAll(read.json());
      return ResponseEntity.status(HttpStatus.CREATED)
          .cacheControl(CacheControl.noStore())
          .body(answer);
    } catch (ClientMetadata.WrongException e) {
      return wrong(e.code(), String.valueOf(e.getMessage()));
    } catch (RefusedException e) {
      if (e.refusal().type() != ProblemType.INVALID_FIELD) {
        throw e;
      }
      return wrong("invalid_client_metadata", said(e.refusal()));
    }
  }

  private static String said(Refusal refusal) {
    return String.valueOf(refusal.members().get("errors"));
  }

  private static ResponseEntity<Map<String, Object>> wrong(String code, String description) {
    return ResponseEntity.badRequest()
        .cacheControl(CacheControl.noStore())
        .body(Map.of("error", code, "error_description", description));
  }
}
