//! The function that the attribute stands on.
//!
//! Invariant: the body is never looked into, so it reaches the compiler as it was written.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::visit::{Visit, visit_pat_ident};
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{
    AttrStyle, Attribute, Error, FnArg, GenericArgument, Ident, PatIdent, PathArguments, Result,
    ReturnType, Signature, Token, Type, TypeParamBound, Visibility, braced, parse_quote,
};

/// A function with a body that runs when it is called.
pub struct Function {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub signature: Signature,
    pub body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Function> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        if !begins_function(input) {
            return Err(input.error("`#[measured]` stands on functions and methods"));
        }
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            let message = "`#[measured]` needs a body: put it on the implementation";
            return Err(Error::new(signature.ident.span(), message));
        }
        let content;
        braced!(content in input);
        for mut inner in content.call(Attribute::parse_inner)? {
            // The body becomes an expression, which has no place for them.
            inner.style = AttrStyle::Outer;
            attributes.push(inner);
        }
        let function = Function {
            attributes,
            visibility,
            signature,
            body: content.parse()?,
        };
        function.check()?;
        Ok(function)
    }
}

impl Function {
    fn check(&self) -> Result<()> {
        if let Some(constness) = &self.signature.constness {
            let message = "a `const fn` may run in the compiler, where nothing is measured";
            return Err(Error::new_spanned(constness, message));
        }
        if self.signature.asyncness.is_none()
            && let Some(output) = self.output()
            && makes_future(output)
        {
            let message = "this call only makes a future: write an `async fn`, or measure \
                           where it is awaited";
            return Err(Error::new_spanned(output, message));
        }
        Ok(())
    }

    /// The return type, where one is written.
    pub fn output(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Type(_, output) => Some(output),
            ReturnType::Default => None,
        }
    }

    /// The return type is written as some `Result`.
    pub fn returns_result(&self) -> bool {
        let Some(Type::Path(output)) = self.output() else {
            return false;
        };
        let last = output.path.segments.last();
        last.is_some_and(|segment| segment.ident == "Result")
    }

    /// The return type as the body knows it, without `impl Trait`, which stands for one type that
    /// only the body can tell.
    pub fn body_output(&self) -> Option<Type> {
        let mut output = self.output()?.clone();
        Inferred.visit_type_mut(&mut output);
        Some(output)
    }

    /// The names that the arguments bind.
    pub fn arguments(&self) -> Vec<Ident> {
        let mut names = Names::default();
        for input in &self.signature.inputs {
            if let FnArg::Typed(argument) = input {
                names.visit_pat(&argument.pat);
            }
        }
        names.0
    }
}

fn begins_function(input: ParseStream<'_>) -> bool {
    input.peek(Token![fn])
        || input.peek(Token![const])
        || input.peek(Token![async])
        || input.peek(Token![unsafe])
        || input.peek(Token![extern])
}

/// `impl Future`, or a future in a pinned box, as far as its name tells.
fn makes_future(output: &Type) -> bool {
    match output {
        Type::ImplTrait(output) => is_future(&output.bounds),
        Type::TraitObject(output) => is_future(&output.bounds),
        Type::Path(output) => output.path.segments.last().is_some_and(|last| {
            let boxed = last.ident == "Pin" || last.ident == "Box";
            let PathArguments::AngleBracketed(inner) = &last.arguments else {
                return last.ident == "BoxFuture";
            };
            let mut inner = inner.args.iter();
            last.ident == "BoxFuture"
                || boxed
                    && inner
                        .any(|one| matches!(one, GenericArgument::Type(one) if makes_future(one)))
        }),
        _ => false,
    }
}

fn is_future<'a>(bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> bool {
    bounds.into_iter().any(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return false;
        };
        let last = bound.path.segments.last();
        last.is_some_and(|last| last.ident == "Future")
    })
}

/// Puts `_` in the place of each `impl Trait`.
struct Inferred;

impl VisitMut for Inferred {
    fn visit_type_mut(&mut self, output: &mut Type) {
        if matches!(output, Type::ImplTrait(_)) {
            *output = parse_quote!(_);
        } else {
            visit_type_mut(self, output);
        }
    }
}

/// Collects what a pattern binds.
#[derive(Default)]
struct Names(Vec<Ident>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.0.push(pattern.ident.clone());
        visit_pat_ident(self, pattern);
    }
}
