package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.octroi.vocabulary.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The end of a dataset, which depends on the agreements that cover it. */
@RestController
@RequestMapping("/api/v1/datasets")
@Tag(name = "Datasets", description = "What the holders of a territory offer")
class RetirementApi {

  private final RetireDataset retire;

  RetirementApi(RetireDataset retire) {
    this.retire = retire;
  }

  @PostMapping("/{id}/retire")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "retireDataset",
      summary = "Retire a dataset",
      description =
          "For good: the gates answer 410, offers on it alone are withdrawn, agreements stay as"
              + " records. Once its sunset has passed, or while no agreement stands on it. For"
              + " editors of its holder.")
  void retire(@PathVariable String id, Caller caller) {
    retire.handle(id, caller);
  }
}
