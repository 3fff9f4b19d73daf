package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Looking after accounts: addresses that are to be confirmed, and passwords.
 *
 * @refuses forbidden when the caller may not see everybody who waits
 */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "People", description = "Accounts, and the tokens by which programs call the desk")
class AccountApi {

  private final EmailConfirmation confirmation;
  private final ConfirmForPerson confirm;
  private final ResetPassword reset;
  private final ChangePassword change;
  private final SecondFactors secondFactors;
  private final EraseAccount erase;
  private final ExportAccount export;
  private final People people;
  private final Clock clock;

  AccountApi(
      EmailConfirmation confirmation,
      ConfirmForPerson confirm,
      ResetPassword reset,
      ChangePassword change,
      SecondFactors secondFactors,
      EraseAccount erase,
      ExportAccount export,
      People people,
      Clock clock) {
    this.confirmation = confirmation;
    this.confirm = confirm;
    this.reset = reset;
    this.change = change;
    this.secondFactors = secondFactors;
    this.erase = erase;
    this.export = export;
    this.people = people;
    this.clock = clock;
  }

  /** Somebody whose address is not confirmed. */
  record WaitingView(String id, String email, String displayName, Instant registeredAt) {

    static WaitingView of(People.Waiting waiting) {
      return new WaitingView(
          waiting.person().id().toString(),
          waiting.person().email(),
          waiting.person().displayName(),
          waiting.since());
    }
  }

  /** A link to hand over. */
  record LinkView(String link, Instant expiresAt) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "LinkView[…]";
    }
  }

  /** A password in the place of another. */
  record PasswordChange(
      @NotNull @Size(max = 1000) String oldPassword,
      @NotNull @Size(max = 1000) String newPassword) {

    /** Without the secrets. */
    @Override
    public String toString() {
      return "PasswordChange[…]";
    }
  }

  @GetMapping("/me/export")
  @Operation(
      operationId = "exportMe",
      summary = "Take along all that is kept about me",
      description =
          "One JSON document (Reg. 2016/679, art. 15 and 20): the account, what it holds and did,"
              + " by kind of record. No secret is in it.")
  ResponseEntity<ExportAccount.Export> export(Caller caller) {
    return ResponseEntity.ok()
        .header(HttpHeaders.CONTENT_DISPOSITION, ExportAccount.FILE)
        .body(export.of(caller.person()));
  }

  @DeleteMapping("/me")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "eraseMe",
      summary = "Erase my account",
      description =
          "For good (Reg. 2016/679, art. 17): name and address are replaced, tokens, sessions and"
              + " keys end, my own applications close at every gate. Agreements and the audit trail"
              + " keep an id that names nobody. What I sent to a public body stays on its record.")
  void erase(Caller caller) {
    erase.handle(caller);
  }

  @GetMapping("/people/unconfirmed")
  @Operation(
      operationId = "listUnconfirmedPeople",
      summary = "List who waits for their address to be confirmed",
      description =
          "For operators, who confirm it where no mail server is set, and for auditors of the"
              + " instance. Oldest first.")
  Page<WaitingView> unconfirmed(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    if (!caller.mayAudit(Optional.empty())) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to see who waits");
    }
    PageAsk ask = PageAsk.of(limit, after);
    return Page.of(
            people.unconfirmed(ask.after(), ask.fetch()),
            ask.limit(),
            waiting -> waiting.person().id().toString())
        .map(WaitingView::of);
  }

  @PostMapping("/people/{id}/confirm-email")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "confirmEmail",
      summary = "Confirm somebody's e-mail address",
      description =
          "For operators: where no mail server is set, or the letter with the link does not arrive."
              + " Confirmed already, it stays so.")
  void confirm(@PathVariable UUID id, Caller caller) {
    confirm.handle(new PersonId(id), caller);
  }

  @PostMapping("/me/confirmation-link")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "sendConfirmationLink",
      summary = "Have the link that confirms my address mailed again",
      description = "The link before no longer works. Within a minute of the last nothing is sent.")
  void sendAgain(Caller caller) {
    confirmation.sendAgain(caller.person());
  }

  @PostMapping("/people/{id}/reset-link")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "makeResetLink",
      summary = "Make a link by which somebody sets a new password",
      description =
          "For operators, where no mail server is set. The link is shown this once and works once;"
              + " it is handed over to somebody whom the operator knows.")
  LinkView resetLink(@PathVariable UUID id, Caller caller) {
    ResetPassword.Made made = reset.makeLink(new PersonId(id), caller, clock.instant());
    return new LinkView(made.address(), made.until());
  }

  @DeleteMapping("/people/{id}/second-factor")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "turnOffSecondFactor",
      summary = "Turn off somebody's second factor",
      description =
          "For operators, when somebody whom they know has lost the device and the codes for that"
              + " case. It is on the record, and mailed to them.")
  void turnOffSecondFactor(@PathVariable UUID id, Caller caller) {
    secondFactors.turnOffFor(new PersonId(id), caller);
  }

  @PutMapping("/me/password")
  @Operation(
      operationId = "changeMyPassword",
      summary = "Change my password",
      description =
          "Ends all sessions and personal tokens, the one that this call is made with too; answers"
              + " with a new token, which is shown this once.")
  PeopleApi.TokenView changePassword(
      @Valid @RequestBody PasswordChange asked, Caller caller, HttpServletRequest request) {
    return PeopleApi.TokenView.of(
        change.handleWithToken(
            caller.person(), asked.oldPassword(), asked.newPassword(), request.getRemoteAddr()));
  }
}
