package org.octroi.outbox;

import org.octroi.outbox.ErrandRunner.ErrandFailedException;
import org.octroi.vocabulary.StoredJson;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Hands errands to the room above that does them. */
@Component
final class ErrandCarrier implements Carrier {

  private final ObjectProvider<ErrandRunner> runner;

  ErrandCarrier(ObjectProvider<ErrandRunner> runner) {
    this.runner = runner;
  }

  @Override
  public Means means() {
    return Means.ERRAND;
  }

  @Override
  public void carry(MessageId id, byte[] content) throws NotCarriedException {
    Errand errand = StoredJson.MAPPER.readValue(content, Errand.class);
    try {
      runner.getObject().run(errand.body());
    } catch (ErrandFailedException e) {
      throw NotCarriedException.thisTime(e.why());
    }
  }
}
