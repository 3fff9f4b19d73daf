package org.octroi.authority;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the caller let applications do for them. */
@RestController
@RequestMapping("/api/v1/me/authorizations")
@Tag(name = "People", description = "Accounts, and the tokens by which programs call the desk")
class AuthorizationApi {

  private final Consents consents;
  private final Authorizations authorizations;
  private final TransactionTemplate transaction;

  AuthorizationApi(
      Consents consents, Authorizations authorizations, TransactionTemplate transaction) {
    this.consents = consents;
    this.authorizations = authorizations;
    this.transaction = transaction;
  }

  /** What an application was let do. */
  record AuthorizationView(String application, String name, List<String> scopes, Instant givenAt) {}

  /** All of them: a person lets few applications act for them. */
  record AuthorizationList(List<AuthorizationView> items) {}

  @GetMapping
  @Operation(
      operationId = "listMyAuthorizations",
      summary = "See what I let applications do for me",
      description = "The newest first.")
  AuthorizationList list(Caller caller) {
    return new AuthorizationList(
        consents.of(caller.person()).stream()
            .map(
                given ->
                    new AuthorizationView(
                        given.application().toString(),
                        given.name(),
                        List.copyOf(given.scopes()),
                        given.since()))
            .toList());
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "withdrawMyAuthorization",
      summary = "Take back what I let an application do for me",
      description = "All tokens that it has of me are refused from then on.")
  void withdraw(@PathVariable("id") ApplicationId application, Caller caller) {
    transaction.executeWithoutResult(
        status -> {
          if (!consents.withdraw(caller.person(), application)) {
            throw RefusedException.of(ProblemType.NOT_FOUND, application.toString());
          }
          authorizations.endAll(caller.person(), Optional.of(application));
        });
  }
}
