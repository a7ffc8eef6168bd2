package io.clickstream.config;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.model.EventKind;
import java.util.Arrays;
import java.util.List;

/** The fields and event types that settings can look for elsewhere than under our name. */
public final class MappedNames {

  /** The fields of a click, as they are called in records of the default shape. */
  static final List<String> CLICK_FIELDS = ClickFields.of(Columns.BUILT_IN).names();

  /** The fields that can be the same in every click: texts, but no ids by which clicks differ. */
  static final List<String> CONSTANT_FIELDS =
      ClickFields.of(Columns.BUILT_IN).texts().stream()
          .filter(
              field ->
                  !List.of(ClickField.EVENT_ID, ClickField.USER_ID, ClickField.ANONYMOUS_ID)
                      .contains(field))
          .map(ClickField::name)
          .toList();

  /** The fields of one product of several. */
  static final List<String> PRODUCT_FIELDS =
      List.of(ClickField.PRODUCT_ID.name(), ClickField.QUANTITY.name(), ClickField.PRICE.name());

  /** The event types that can be called otherwise in the records. */
  static final List<String> EVENT_TYPES =
      Arrays.stream(EventKind.values())
          .filter(kind -> kind != EventKind.OTHER)
          .map(EventKind::text)
          .toList();

  private MappedNames() {}

  /** The fields that are looked for under our name where no setting says where they are. */
  public static List<ClickField> underOurName() {
    return ClickFields.of(Columns.BUILT_IN).all().stream()
        .filter(field -> field.isRead() && field.isUnderOurName())
        .toList();
  }
}
