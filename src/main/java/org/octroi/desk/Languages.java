package org.octroi.desk;

import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.i18n.AcceptHeaderLocaleResolver;

/**
 * The desk speaks French and English: whichever the reader's browser asks for first, else English.
 */
@Configuration(proxyBeanMethods = false)
class Languages {

  @Bean
  LocaleResolver localeResolver() {
    AcceptHeaderLocaleResolver byHeader = new AcceptHeaderLocaleResolver();
    byHeader.setSupportedLocales(List.of(Locale.ENGLISH, Locale.FRENCH));
    byHeader.setDefaultLocale(Locale.ENGLISH);
    return byHeader;
  }

  @Bean
  MessageSource messageSource() {
    ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
    messages.setBasename("messages");
    messages.setDefaultEncoding("UTF-8");
    messages.setDefaultLocale(Locale.ENGLISH);
    messages.setFallbackToSystemLocale(false);
    // Every text is a MessageFormat, with or without arguments: one rule for apostrophes.
    messages.setAlwaysUseMessageFormat(true);
    return messages;
  }
}
