//! Numbers gathered by group, as the engine's `array_agg` does, but in 8 bytes a number and 4 a group. There are hundreds of numbers a document.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, UInt32Type};
use datafusion::common::{Result, not_impl_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};

use super::arrays::lists;

/// `gather(number)`, `gather(list of numbers)`: a list of all of a group, in no order.
pub fn function() -> AggregateUDF {
    Gather { signature: Signature::any(1, Volatility::Immutable) }.into()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Gather {
    signature: Signature,
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        "gather"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new_list_field(DataType::UInt32, true))))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[gathered]", args.name), args.return_type().clone(), true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        not_impl_err!("gather works on groups")
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Gathered::default()))
    }
}

/// Each group is a chain through all numbers.
#[derive(Debug, Default)]
struct Gathered {
    /// The last link of each group.
    last: Vec<u32>,
    /// A number, and the link before.
    links: Vec<(u32, u32)>,
}

const NONE: u32 = u32::MAX;

impl Gathered {
    fn push(&mut self, group: usize, number: u32) {
        let before = std::mem::replace(&mut self.last[group], self.links.len() as u32);
        self.links.push((number, before));
    }

    fn emit(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (mut numbers, mut lengths) = (Vec::with_capacity(self.links.len()), Vec::new());
        for mut link in emit_to.take_needed(&mut self.last) {
            let before = numbers.len();
            while let Some(&(number, next)) = self.links.get(link as usize) {
                numbers.push(number);
                link = next;
            }
            lengths.push(numbers.len() - before);
        }
        // What stays moves together, else what went would be kept.
        let links = std::mem::take(&mut self.links);
        for group in 0..self.last.len() {
            let mut link = std::mem::replace(&mut self.last[group], NONE);
            while let Some(&(number, next)) = links.get(link as usize) {
                self.push(group, number);
                link = next;
            }
        }
        lists(lengths, Arc::new(UInt32Array::from(numbers)))
    }
}

impl GroupsAccumulator for Gathered {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], _: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.last.resize(total, NONE);
        if let Some(numbers) = values[0].as_primitive_opt::<UInt32Type>() {
            groups.iter().zip(numbers.values()).for_each(|(&group, &number)| self.push(group, number));
        } else {
            let lists = values[0].as_list::<i32>();
            let numbers = lists.values().as_primitive::<UInt32Type>().values();
            for (&group, of_list) in groups.iter().zip(lists.value_offsets().windows(2)) {
                numbers[of_list[0] as usize..of_list[1] as usize].iter().for_each(|&number| self.push(group, number));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.update_batch(states, groups, None, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.emit(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.emit(emit_to)?])
    }

    fn convert_to_state(&self, values: &[ArrayRef], _: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        match values[0].data_type() {
            DataType::List(_) => Ok(vec![Arc::clone(&values[0])]),
            _ => Ok(vec![lists(vec![1; values[0].len()], Arc::clone(&values[0]))?]),
        }
    }

    fn size(&self) -> usize {
        self.last.capacity() * size_of::<u32>() + self.links.capacity() * size_of::<(u32, u32)>()
    }
}
