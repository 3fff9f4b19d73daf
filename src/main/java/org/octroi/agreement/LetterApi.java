package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.territory.Holder;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Letters of a holder to its reusers. */
@RestController
@RequestMapping("/api/v1/territories/{territory}/holders/{holder}/letters")
@Tag(name = "Letters", description = "What a holder writes to all its reusers")
class LetterApi {

  private final WriteLetter write;
  private final Circulars circulars;

  LetterApi(WriteLetter write, Circulars circulars) {
    this.write = write;
    this.circulars = circulars;
  }

  /** One line in both languages. */
  record Line(
      @NotBlank @Size(max = 75) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String fr,
      @NotBlank @Size(max = 75) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String en) {}

  /** A text in both languages. */
  record Text(
      @NotBlank @Size(max = 10_000) @Pattern(regexp = Fields.TEXT) String fr,
      @NotBlank @Size(max = 10_000) @Pattern(regexp = Fields.TEXT) String en) {}

  /**
   * A letter.
   *
   * @param dataset the name of the holder's dataset whose reusers it is for; all of the holder's
   *     where it is left out
   */
  record Letter(@NotNull @Valid Line title, @NotNull @Valid Text text, @Nullable String dataset) {}

  /**
   * What became of a letter.
   *
   * @param reusers how many people and organisations it is for
   */
  record SentView(int reusers) {}

  /**
   * A letter of before.
   *
   * @param reusers how many people and organisations it was for
   * @param delivered whether all of them have it
   */
  record LetterView(
      String id,
      @Nullable String dataset,
      Bilingual title,
      Bilingual text,
      String writtenBy,
      Instant writtenAt,
      int reusers,
      boolean delivered) {}

  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(
      operationId = "writeLetter",
      summary = "Write to all reusers of a holder",
      description =
          "Or to those of one of its datasets: all who have an agreement that stands. They are told"
              + " one after the other. Five in 24 hours at most. For the holder's reviewers and"
              + " editors.")
  SentView write(
      @PathVariable String territory,
      @PathVariable String holder,
      @Valid @RequestBody Letter body,
      Caller caller) {
    return new SentView(
        write.handle(
            write.holder(territory, holder, caller),
            new Circulars.Letter(
                new Bilingual(body.title().fr().strip(), body.title().en().strip()),
                new Bilingual(body.text().fr().strip(), body.text().en().strip())),
            Optional.ofNullable(body.dataset()),
            caller));
  }

  @GetMapping
  @Operation(
      operationId = "listLetters",
      summary = "List a holder's letters to its reusers",
      description = "Newest first. For the holder's reviewers and editors, and for auditors.")
  Page<LetterView> list(
      @PathVariable String territory,
      @PathVariable String holder,
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    Holder found = write.holderToRead(territory, holder, caller);
    return circulars
        .letters(found.territory(), found.id(), PageAsk.of(limit, after))
        .map(LetterApi::view);
  }

  private static LetterView view(Circulars.Circular sent) {
    Circulars.Letter letter = sent.letter().orElseThrow();
    return new LetterView(
        sent.id(),
        sent.audience().dataset().map(DatasetId::toString).orElse(null),
        letter.title(),
        letter.text(),
        sent.writtenBy().map(PersonId::toString).orElseThrow(),
        sent.at(),
        sent.reusers().orElseThrow(),
        sent.done());
  }
}
