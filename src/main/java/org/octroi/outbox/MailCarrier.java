package org.octroi.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/** Sends letters by the mail server that {@code spring.mail.*} names, where it names one. */
@Component
final class MailCarrier implements Carrier {

  private static final Logger LOG = LoggerFactory.getLogger(MailCarrier.class);

  /** Line ends, and what could hide or turn around the rest of a line. */
  private static final Pattern NOT_OF_A_LINE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

  private static final Pattern ADDRESS = Pattern.compile("[^\\s<>@]+@[^\\s<>@]+");
  private static final int LONGEST_REASON = 300;

  private final Optional<JavaMailSender> server;
  private final Optional<InternetAddress> from;

  /**
   * @throws StartRefusedException when there is a mail server and no address to send from
   */
  MailCarrier(ObjectProvider<JavaMailSender> server, OutboxProperties properties) {
    this.server = Optional.ofNullable(server.getIfAvailable());
    if (this.server.isPresent()) {
      this.from = Optional.of(sender(properties.from()));
    } else {
      this.from = Optional.empty();
      LOG.info(
          "No mail server is set (spring.mail.host): nobody is mailed, notices are read at the"
              + " desk");
    }
  }

  private static InternetAddress sender(@Nullable String from) {
    try {
      if (from != null) {
        InternetAddress address = new InternetAddress(from, true);
        if (address.getPersonal() != null) {
          address.setPersonal(address.getPersonal(), UTF_8.name());
        }
        return address;
      }
    } catch (AddressException | UnsupportedEncodingException e) {
      // Said below.
    }
    throw new StartRefusedException(
        from == null
            ? "A mail server is set (spring.mail.host), and octroi.outbox.from is not."
            : "octroi.outbox.from is \"" + from + "\", which is no mail address.",
        "Let octroi.outbox.from be the address that letters come from, such as"
            + " octroi@example.org.");
  }

  /** Whether there is a mail server. */
  boolean isSet() {
    return server.isPresent();
  }

  @Override
  public Means means() {
    return Means.MAIL;
  }

  @Override
  public void carry(MessageId id, byte[] content) throws NotCarriedException {
    if (server.isEmpty()) {
      throw NotCarriedException.thisTime("no mail server is set (spring.mail.host)");
    }
    Letter letter = StoredJson.MAPPER.readValue(content, Letter.class);
    InternetAddress sender = from.orElseThrow();
    try {
      MimeMessage mail = server.get().createMimeMessage();
      mail.setFrom(sender);
      mail.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
      mail.setSubject(NOT_OF_A_LINE.matcher(letter.subject()).replaceAll(" "), UTF_8.name());
      mail.setText(letter.text(), UTF_8.name());
      mail.setHeader("Message-ID", messageId(id, sender));
      // RFC 3834 §5: no out-of-office reply to a program.
      mail.setHeader("Auto-Submitted", "auto-generated");
      server.get().send(mail);
    } catch (AddressException e) {
      throw NotCarriedException.forGood("the address is none that mail can be sent to");
    } catch (MessagingException e) {
      throw NotCarriedException.forGood("no letter can be made of it: " + plain(e));
    } catch (MailAuthenticationException e) {
      throw NotCarriedException.thisTime("the mail server refuses the user or password set");
    } catch (MailSendException e) {
      throw failed(e);
    } catch (MailException e) {
      throw NotCarriedException.thisTime("it could not be mailed: " + plain(e));
    }
  }

  private static String messageId(MessageId id, InternetAddress sender) {
    String address = sender.getAddress();
    return "<" + id + "@" + address.substring(address.indexOf('@') + 1) + ">";
  }

  private static NotCarriedException failed(MailSendException e) {
    Throwable cause =
        e.getMessageExceptions().length > 0
            ? e.getMessageExceptions()[0]
            : e.getCause() == null ? e : e.getCause();
    // Of all that can fail, only an address that the server refuses outright stays refused.
    return cause instanceof SendFailedException refused
            && refused.getInvalidAddresses() != null
            && refused.getInvalidAddresses().length > 0
        ? NotCarriedException.forGood("the mail server refuses the address: " + plain(refused))
        : NotCarriedException.thisTime("the mail server did not take it: " + plain(cause));
  }

  /** What the innermost failure says, which is what the server said; without anybody's address. */
  private static String plain(Throwable failure) {
    Throwable innermost = failure;
    while (true) {
      @Nullable Throwable next =
          innermost instanceof MessagingException messaging && messaging.getNextException() != null
              ? messaging.getNextException()
              : innermost.getCause();
      if (next == null) {
        break;
      }
      innermost = next;
    }
    String words =
        innermost.getMessage() == null
            ? innermost.getClass().getSimpleName()
            : innermost.getMessage();
    String line =
        NOT_OF_A_LINE.matcher(ADDRESS.matcher(words).replaceAll("…")).replaceAll(" ").strip();
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "…" : line;
  }
}
