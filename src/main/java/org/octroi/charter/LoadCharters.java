package org.octroi.charter;

import java.nio.file.Path;
import org.octroi.vocabulary.Actor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Applies the charters that the settings name, before the doors open. */
@Component
class LoadCharters implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(LoadCharters.class);

  private final CharterProperties properties;
  private final Charters charters;
  private volatile boolean loaded;

  LoadCharters(CharterProperties properties, Charters charters) {
    this.properties = properties;
    this.charters = charters;
  }

  @Override
  public void start() {
    for (Path charter : properties.load()) {
      try {
        Applied applied = charters.apply(charter, new Actor.House("charter"));
        LOG.info(
            "The charter {} is applied: {} added, {} changed, {} withdrawn",
            charter,
            applied.added(),
            applied.changed(),
            applied.withdrawn());
      } catch (CharterException e) {
        throw e.asStartRefusal();
      }
    }
    loaded = true;
  }

  @Override
  public void stop() {
    loaded = false;
  }

  @Override
  public boolean isRunning() {
    return loaded;
  }

  /** Before the entitlements are read, and before the gate opens. */
  @Override
  public int getPhase() {
    return 0;
  }
}
