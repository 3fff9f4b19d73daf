package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who acts for an organisation. A membership never changes, it only ends: its version is 1. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Organisations", description = "The organisations that people act for")
class MemberApi {

  private static final long VERSION = 1;

  private final Memberships memberships;
  private final InviteMember invite;
  private final AnswerInvitation answer;
  private final EndMembership end;

  MemberApi(
      Memberships memberships, InviteMember invite, AnswerInvitation answer, EndMembership end) {
    this.memberships = memberships;
    this.invite = invite;
    this.answer = answer;
    this.end = end;
  }

  /** Who is asked. */
  record Invitee(@NotBlank @Email @Size(max = 254) String email) {

    /** Without the address. */
    @Override
    public String toString() {
      return "Invitee[…]";
    }
  }

  /** A member as the others see them. */
  record MemberView(String person, String displayName, Instant since) {}

  /** An invitation as the invited sees it. */
  record InvitationView(String organisation, String name, Instant invitedAt) {}

  @GetMapping("/organisations/{id}/members")
  @Operation(
      operationId = "listMembers",
      summary = "List who acts for an organisation",
      description = "For its members, and for operators and auditors of the instance.")
  Page<MemberView> list(
      @PathVariable OrganisationId id,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after,
      Caller caller) {
    if (!caller.mayAudit(Optional.empty())) {
      Memberships.check(id, caller);
    }
    return memberships
        .of(id, PageAsk.of(limit, after))
        .map(
            member ->
                new MemberView(member.person().toString(), member.displayName(), member.since()));
  }

  @PostMapping("/organisations/{id}/members")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(
      operationId = "inviteMember",
      summary = "Ask somebody to act for an organisation",
      description =
          "By their e-mail address; they become a member when they accept. The answer is the same"
              + " whether somebody has this address or not. For members.")
  void invite(@PathVariable OrganisationId id, @Valid @RequestBody Invitee body, Caller caller) {
    invite.handle(id, body.email(), caller);
  }

  @DeleteMapping("/organisations/{id}/members/{person}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "endMembership",
      summary = "Leave an organisation, or remove a member",
      description = "It ends with the person's next call. The last member can't leave.")
  void end(
      @PathVariable OrganisationId id,
      @PathVariable PersonId person,
      ExpectedVersion expected,
      Caller caller) {
    expected.check(VERSION);
    end.handle(id, person, caller);
  }

  @GetMapping("/me/invitations")
  @Operation(
      operationId = "listMyInvitations",
      summary = "List the organisations that ask me in",
      description = "Those that wait for the caller's answer.")
  Page<InvitationView> invitations(Caller caller) {
    return new Page<>(
        memberships.invitations(caller.person()).stream()
            .map(i -> new InvitationView(i.organisation().toString(), i.name(), i.at()))
            .toList(),
        Optional.empty());
  }

  @PostMapping("/me/invitations/{id}/accept")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "acceptInvitation",
      summary = "Become a member of an organisation that asked",
      description = "By the organisation's id. The caller acts for it from the next call.")
  void accept(@PathVariable OrganisationId id, Caller caller) {
    answer.accept(id, caller);
  }

  @PostMapping("/me/invitations/{id}/decline")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "declineInvitation",
      summary = "Decline to act for an organisation that asked",
      description = "By the organisation's id.")
  void decline(@PathVariable OrganisationId id, Caller caller) {
    answer.decline(id, caller);
  }
}
