package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.SpreadsheetText;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The public register, for programs and for spreadsheets. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Register", description = "Who has which agreement")
class RegisterApi {

  private final Register register;
  private final Territories territories;

  RegisterApi(Register register, Territories territories) {
    this.register = register;
    this.territories = territories;
  }

  @GetMapping("/register")
  @Operation(
      operationId = "readRegister",
      summary = "Read the public register",
      description = "Agreements in force, newest first. Organisations are named, persons are not.")
  Page<Register.Entry> read(
      @RequestParam(required = false) @Nullable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return register.inForce(RequestApi.territory(territories, territory), PageAsk.of(limit, after));
  }

  @GetMapping(path = "/register.csv", produces = "text/csv")
  @Operation(
      operationId = "downloadRegister",
      summary = "Download the public register",
      description = "All agreements in force as CSV (RFC 4180), in UTF-8, newest first.")
  void download(
      @RequestParam(required = false) @Nullable String territory, HttpServletResponse response)
      throws IOException {
    Optional<TerritoryId> of = RequestApi.territory(territories, territory);
    response.setContentType("text/csv;charset=UTF-8");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"register.csv\"");
    Writer text = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
    write(of, text);
    text.flush();
  }

  private void write(Optional<TerritoryId> territory, Writer text) throws IOException {
    CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180);
    csv.printRecord(
        "number",
        "territory",
        "holder",
        "offer",
        "reuserKind",
        "organisation",
        "datasets",
        "purposes",
        "grantedAt",
        "validFrom",
        "validUntil");
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      Page<Register.Entry> page =
          register.inForce(territory, new PageAsk(PageAsk.MOST, after.get()));
      for (Register.Entry entry : page.items()) {
        csv.printRecord(
            entry.number(),
            entry.territory(),
            SpreadsheetText.harmless(entry.holder()),
            entry.offer(),
            entry.reuserKind(),
            SpreadsheetText.harmless(entry.organisation()),
            String.join(" ", entry.datasets()),
            String.join(" ", entry.purposes()),
            entry.grantedAt(),
            entry.validFrom(),
            entry.validUntil());
      }
      after = page.next();
    }
  }
}
