//! Lists and structs of the engine.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::Field;
use datafusion::common::Result;

/// Lists of these lengths, one after the other.
pub fn lists(lengths: Vec<usize>, values: ArrayRef) -> Result<ArrayRef> {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), values, None)?))
}

/// Structs of these columns.
pub fn structs(columns: Vec<(&str, ArrayRef)>) -> Result<ArrayRef> {
    let (fields, columns): (Vec<Field>, Vec<ArrayRef>) =
        columns.into_iter().map(|(name, column)| (Field::new(name, column.data_type().clone(), true), column)).unzip();
    Ok(Arc::new(StructArray::try_new(fields.into(), columns, None)?))
}

/// The structs of each list.
pub fn rows(column: &ArrayRef) -> impl Iterator<Item = StructArray> {
    let lists = column.as_list::<i32>();
    (0..lists.len()).map(|row| lists.value(row).as_struct().clone())
}
