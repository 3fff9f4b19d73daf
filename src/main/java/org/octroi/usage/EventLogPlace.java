package org.octroi.usage;

import org.octroi.vocabulary.AtTheDesk;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whether the event log goes to a folder or to a bucket. */
@Configuration(proxyBeanMethods = false)
@AtTheDesk
class EventLogPlace {

  @Bean
  EventLogFiles eventLogFiles(EventLogProperties properties) {
    return properties.s3().bucket().isEmpty()
        ? new EventLogFolder(properties.folder())
        : new EventLogBucket(properties.s3());
  }
}
