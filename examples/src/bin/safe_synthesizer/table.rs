//! Reads a table from CSV (RFC 4180), and generates a synthetic one by drawing the values of each
//! column independently.

use telemetry_examples::input::without_mark;

/// A header and records with as many fields as the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) records: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// When there is no header, a record has more or fewer fields than the header, or a quote is not
    /// closed.
    pub(crate) fn read(csv: &str) -> Result<Self, String> {
        let mut rows = rows(csv)?.into_iter();
        let header = rows.next().ok_or("the file has no header")?;
        let records: Vec<_> = rows.collect();
        match records.iter().position(|row| row.len() != header.len()) {
            Some(index) => Err(format!(
                "record {} and the header have different lengths",
                index + 1
            )),
            None => Ok(Self { header, records }),
        }
    }

    /// Generates `count` records, each field drawn from its column, or none if this table has no
    /// records. The same `seed` gives the same records.
    pub(crate) fn synthesize(&self, count: usize, seed: u64) -> Self {
        let count = if self.records.is_empty() { 0 } else { count };
        let mut random = Random(seed);
        let record = |_| {
            let fields = 0..self.header.len();
            let drawn = fields.map(|column| {
                let row = random.below(self.records.len());
                let field = self.records.get(row).and_then(|row| row.get(column));
                field.cloned().unwrap_or_default()
            });
            drawn.collect()
        };
        Self {
            header: self.header.clone(),
            records: (0..count).map(record).collect(),
        }
    }

    /// The share of records that are not in `original`, from 0 to 10; -1 without records.
    pub(crate) fn novelty(&self, original: &Self) -> f64 {
        let known: std::collections::HashSet<_> = original.records.iter().collect();
        let new = self.records.iter().filter(|record| !known.contains(record));
        match self.records.len() {
            0 => -1.0,
            #[expect(
                clippy::cast_precision_loss,
                reason = "the score of a small table needs no more precision"
            )]
            records => 10.0 * new.count() as f64 / records as f64,
        }
    }

    /// The table as CSV.
    pub(crate) fn to_csv(&self) -> String {
        let rows = std::iter::once(&self.header).chain(&self.records);
        let lines = rows.map(|row| {
            let fields: Vec<_> = row.iter().map(|field| quoted(field)).collect();
            fields.join(",") + "\n"
        });
        lines.collect()
    }
}

fn quoted(field: &str) -> String {
    match field.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

/// The fields of each row, without empty lines.
fn rows(csv: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut rest = without_mark(csv).chars().peekable();
    while let Some(c) = rest.next() {
        match (quoted, c) {
            (true, '"') if rest.next_if_eq(&'"').is_some() => field.push('"'),
            (true, '"') => quoted = false,
            (true, c) => field.push(c),
            (false, '"') if field.is_empty() => quoted = true,
            (false, ',') => row.push(std::mem::take(&mut field)),
            // CR LF ends a row and an empty one, which does not count.
            (false, '\n' | '\r') => end_row(&mut rows, &mut row, &mut field),
            (false, c) => field.push(c),
        }
    }
    if quoted {
        return Err(format!("a quote in record {} is not closed", rows.len()));
    }
    end_row(&mut rows, &mut row, &mut field);
    Ok(rows)
}

fn end_row(rows: &mut Vec<Vec<String>>, row: &mut Vec<String>, field: &mut String) {
    if !row.is_empty() || !field.is_empty() {
        row.push(std::mem::take(field));
        rows.push(std::mem::take(row));
    }
}

/// The pseudo-random generator SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let drawn = usize::try_from((z ^ (z >> 31)) >> 32).unwrap_or_default();
        drawn.checked_rem(bound).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_line_ends_survive_a_round_trip() {
        let csv = "name,note\n\"Ann, B\",\"said \"\"no\"\"\"\nBo,\"two\nlines\"\n";
        let table = Table::read(csv).unwrap();
        assert_eq!(table.records[0], ["Ann, B", "said \"no\""]);
        assert_eq!(table.records[1], ["Bo", "two\nlines"]);
        assert_eq!(table.to_csv(), csv);
        for end in ["\r\n", "\r"] {
            let other = Table::read(&format!("\u{feff}{}", csv.replace('\n', end))).unwrap();
            assert_eq!(other.header, ["name", "note"]);
            assert_eq!(other.records.len(), 2);
            assert_eq!(other.records[1], ["Bo", &format!("two{end}lines")]);
        }
    }

    #[test]
    fn text_that_is_not_a_table_is_an_error_that_names_the_place() {
        assert!(Table::read("").is_err());
        assert!(
            Table::read("a,b\n1,2\n3\n")
                .unwrap_err()
                .contains("record 2")
        );
        assert!(Table::read("a\n\"1\n").unwrap_err().contains("quote"));
    }

    #[test]
    fn a_synthetic_table_draws_values_from_its_columns() {
        let table = Table::read("a,b\n1,x\n2,y\n3,z\n").unwrap();
        let synthetic = table.synthesize(100, 7);
        assert_eq!(synthetic, table.synthesize(100, 7));
        assert_eq!(synthetic.records.len(), 100);
        for record in &synthetic.records {
            assert!("123".contains(&record[0]) && "xyz".contains(&record[1]));
        }
        let novelty = synthetic.novelty(&table);
        assert!((0.0..=10.0).contains(&novelty));
        assert_eq!(
            Table::read("a\n").unwrap().synthesize(0, 0).novelty(&table),
            -1.0
        );
    }
}
