package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.octroi.identity.web.Fields;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Moving agreements to a newer version of their offer. */
@RestController
@RequestMapping("/api/v1/offers/{id}/move-agreements")
@Tag(name = "Offers", description = "Under which terms data may be had")
class AgreementMoveApi {

  private final AgreementMoves moves;

  AgreementMoveApi(AgreementMoves moves) {
    this.moves = moves;
  }

  /** When they move. */
  record When(@NotNull String at) {}

  /** What was announced, and to how many. */
  record AnnouncedView(String offer, Instant at, int agreements) {}

  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(
      operationId = "moveAgreements",
      summary = "Move agreements to this version of an offer",
      description =
          "For editors of its holder: agreements on older versions, on the same text and datasets,"
              + " move at a time 30 days away or more, and their reusers are told now.")
  AnnouncedView announce(@PathVariable OfferId id, @Valid @RequestBody When body, Caller caller) {
    AgreementMoves.Announced announced = moves.announce(id, Fields.time("/at", body.at()), caller);
    return new AnnouncedView(announced.offer().toString(), announced.at(), announced.agreements());
  }
}
