package org.octroi.usage;

import java.util.Optional;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/** Looks for an event in the own journal, then in those of gates elsewhere. */
@Component
@Primary
@AtTheDesk
final class EveryJournal implements UsageEvents {

  private final JournalReader own;
  private final ReceivedJournals received;

  EveryJournal(JournalReader own, ReceivedJournals received) {
    this.own = own;
    this.received = received;
  }

  @Override
  public Optional<UsageEvent> find(TerritoryId territory, String requestId) {
    return own.find(territory, requestId)
        .or(
            () ->
                received.readers().stream()
                    .flatMap(reader -> reader.find(territory, requestId).stream())
                    .findFirst());
  }
}
