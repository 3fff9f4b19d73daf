package org.octroi.identity;

import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Changes the password of somebody who knows their old one. All sessions and personal tokens end,
 * those that the change was asked with too.
 *
 * @refuses invalid-field when the old password is wrong, or the new one is too short, too long or
 *     easily guessed
 * @refuses too-many-tries when there were too many wrong ones, or too many tries at once
 */
@Component
public class ChangePassword {

  private final People people;
  private final Passwords passwords;
  private final NewPassword newPassword;
  private final PersonalTokens tokens;
  private final Brake brake;
  private final TransactionTemplate transaction;

  ChangePassword(
      People people,
      Passwords passwords,
      NewPassword newPassword,
      PersonalTokens tokens,
      Brake brake,
      TransactionTemplate transaction) {
    this.people = people;
    this.passwords = passwords;
    this.newPassword = newPassword;
    this.tokens = tokens;
    this.brake = brake;
    this.transaction = transaction;
  }

  /**
   * Changes it from the page.
   *
   * @param address the network address that it comes from
   */
  public void handle(PersonId id, String oldPassword, String password, String address) {
    String hash = check(id, oldPassword, password, address);
    transaction.executeWithoutResult(status -> set(id, hash));
  }

  /** Changes it from a program, which is given a token in the place of its own. */
  PersonalTokens.Issued handleWithToken(
      PersonId id, String oldPassword, String password, String address) {
    String hash = check(id, oldPassword, password, address);
    return transaction.execute(
        status -> {
          set(id, hash);
          return tokens.issue(id);
        });
  }

  /**
   * Goes on when this is the person's password: before something that a passer-by at an unlocked
   * screen must not do.
   *
   * @param pointer the field that it was typed into
   * @param address the network address that it comes from
   */
  public void confirmPassword(PersonId id, String pointer, String password, String address) {
    Person person = people.findActive(id).orElseThrow();
    brake.check(person.email(), address);
    if (!passwords.matches(password, people.passwordHash(person.email()))) {
      brake.failed(person.email(), address);
      throw new RefusedException(Refusal.field(pointer, "is not your password"));
    }
  }

  private String check(PersonId id, String oldPassword, String password, String address) {
    confirmPassword(id, "/oldPassword", oldPassword, address);
    return newPassword.accepted("/newPassword", password, people.find(id));
  }

  private void set(PersonId id, String hash) {
    newPassword.set(id, hash, "person.change-password");
  }
}
