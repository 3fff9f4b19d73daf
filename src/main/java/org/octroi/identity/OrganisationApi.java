package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Siren;
import org.octroi.territory.Siret;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The organisations that the caller acts for.
 *
 * @refuses invalid-field when a number can not be one, or the SIRET is not of the SIREN
 */
@RestController
@RequestMapping("/api/v1/organisations")
@Tag(name = "Organisations", description = "The organisations that people act for")
class OrganisationApi {

  private final Organisations organisations;

  OrganisationApi(Organisations organisations) {
    this.organisations = organisations;
  }

  /** What is registered. */
  record Registration(
      @NotBlank @Size(max = 160) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name,
      @Nullable String siren,
      @Nullable String siret,
      @NotNull String kind) {}

  /** An organisation as its members see it. */
  record OrganisationView(
      String id, String name, @Nullable String siren, @Nullable String siret, String kind) {

    static OrganisationView of(Organisations.Organisation organisation) {
      return new OrganisationView(
          organisation.id().toString(),
          organisation.name(),
          organisation.siren().map(Siren::value).orElse(null),
          organisation.siret().map(Siret::value).orElse(null),
          organisation.kind().word());
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerOrganisation",
      summary = "Register an organisation",
      description =
          "The caller becomes its first member and may act for it. Of SIREN and SIRET one is"
              + " enough; their check digits are checked.")
  OrganisationView register(@Valid @RequestBody Registration registration, Caller caller) {
    Optional<Siret> siret =
        Optional.ofNullable(registration.siret())
            .map(number -> Fields.read("/siret", number, Siret::new));
    Optional<Siren> siren =
        Optional.ofNullable(registration.siren())
            .map(number -> Fields.read("/siren", number, Siren::new))
            .or(() -> siret.map(Siret::siren));
    if (siret.filter(number -> !number.siren().equals(siren.orElseThrow())).isPresent()) {
      throw new RefusedException(Refusal.field("/siret", "must begin with the SIREN"));
    }
    return OrganisationView.of(
        organisations.register(
            registration.name(),
            siren,
            siret,
            Fields.word("/kind", registration.kind(), ReuserKind.values(), ReuserKind::word),
            caller));
  }

  @GetMapping
  @Operation(
      operationId = "listMyOrganisations",
      summary = "List my organisations",
      description = "Those that the caller acts for.")
  Page<OrganisationView> list(Caller caller) {
    return new Page<>(
        organisations.of(caller.person()).stream().map(OrganisationView::of).toList(),
        Optional.empty());
  }
}
