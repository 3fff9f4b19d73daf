package org.octroi.desk;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import java.util.Map;

/**
 * A text that a camera reads, as the path of an SVG picture: no image, and nothing inline that the
 * pages' content policy forbids.
 *
 * @param size of the picture's side, in its own units
 * @param path one square for each dark unit
 */
record QrCode(int size, String path) {

  static QrCode of(String text) {
    try {
      BitMatrix bits =
          new QRCodeWriter()
              .encode(text, BarcodeFormat.QR_CODE, 0, 0, Map.of(EncodeHintType.MARGIN, 2));
      StringBuilder path = new StringBuilder();
      for (int y = 0; y < bits.getHeight(); y++) {
        for (int x = 0; x < bits.getWidth(); x++) {
          if (bits.get(x, y)) {
            path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
          }
        }
      }
      return new QrCode(bits.getWidth(), path.toString());
    } catch (WriterException e) {
      throw new IllegalArgumentException("too long to be read by a camera", e);
    }
  }
}
