//! Lists: a table for people, CSV for spreadsheets.

use comfy_table::{ContentArrangement, Table, presets};

/// A list of things, each with the same columns.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Rows {
    pub(crate) fn new(columns: &'static [&'static str]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row, whose cells stand in the order of the columns.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter().map(|cell| cell.replace(char::is_control, " "));
        self.rows.push(cells.collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As columns, folded into `width` where there is one.
    pub(crate) fn to_table(&self, width: Option<u16>) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(self.columns.iter().copied());
        table.set_content_arrangement(match width {
            Some(_) => ContentArrangement::Dynamic,
            None => ContentArrangement::Disabled,
        });
        if let Some(width) = width {
            table.set_width(width);
        }
        for row in &self.rows {
            table.add_row(row);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        table.lines().map(|line| coloured(line.trim_end())).collect::<Vec<_>>().join("\n")
    }

    /// With a line of the columns' names.
    pub(crate) fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Nothing can fail: every row goes to memory, and has as many cells as there are columns.
        let lines = std::iter::once(self.columns.iter().map(|name| (*name).to_owned()).collect())
            .chain(self.rows.iter().cloned());
        let written: Result<(), csv::Error> =
            lines.into_iter().try_for_each(|line: Vec<String>| writer.write_record(line));
        debug_assert!(written.is_ok(), "{written:?}");
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The marks at the beginning of a line, green and red on a terminal that may have colours.
fn coloured(line: &str) -> String {
    let mut letters = line.chars();
    match letters.next() {
        Some('✓') => format!("{}{}", console::style('✓').green(), letters.as_str()),
        Some('✗') => format!("{}{}", console::style('✗').red(), letters.as_str()),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(cells: &[String]) -> Rows {
        let mut rows = Rows::new(&["first", "second"]);
        for pair in cells.chunks_exact(2) {
            rows.push(pair.iter().cloned());
        }
        rows
    }

    proptest! {
        #[test]
        fn a_table_fits_its_width_and_keeps_every_word(
            cells in prop::collection::vec("[a-zäß]{1,12}( [a-z]{1,12}){0,8}", 2..12),
            width in 40_u16..120,
        ) {
            let rows = rows(&cells);
            let table = rows.to_table(Some(width));
            for line in table.lines() {
                prop_assert!(console::measure_text_width(line) <= usize::from(width), "{}", line);
            }
            let words = |text: &str| text.split_whitespace().count();
            let shown: usize = rows.rows.iter().flatten().map(|cell| words(cell)).sum();
            prop_assert_eq!(words(&table), shown + 2);
        }

        #[test]
        fn csv_is_read_back_cell_by_cell(cells in prop::collection::vec("\\PC{0,20}|[\",; =]{0,5}", 0..12)) {
            let rows = rows(&cells);
            let text = rows.to_csv();
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(read, rows.rows);
        }
    }

    #[test]
    fn what_would_move_a_cursor_is_blank() {
        let rows = rows(&["a\u{1b}[2J\nb".to_owned(), String::new()]);
        assert_eq!(rows.to_csv(), "first,second\na [2J b,\n");
        assert!(!rows.to_table(None).contains('\u{1b}'));
    }
}
