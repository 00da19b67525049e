//! Pictures as plotters' SVG backend writes them, made to look as on a canvas. Invariant: texts have the
//! size that they were given, and the data layer is cut off at the plot's edges.

use crate::PlotRect;

/// What plotters' SVG backend divides sizes of texts by, and a canvas does not.
const SHRUNK: f64 = 1.24;

/// The picture with every text in the size that it was given.
pub fn sized(svg: &str) -> String {
    const SIZE: &str = "font-size=\"";
    let mut whole = String::with_capacity(svg.len());
    // Quotes are escaped in texts: what is split at is an attribute.
    for (i, part) in svg.split(SIZE).enumerate() {
        let size = part.split_once('"').filter(|_| i > 0);
        let px = size.and_then(|(px, rest)| Some((decimal(px)?, rest)));
        if i > 0 {
            whole += SIZE;
        }
        match px {
            Some((px, rest)) => {
                whole += &((px * SHRUNK * 100.0).round() / 100.0).to_string();
                whole.push('"');
                whole += rest;
            }
            None => whole += part,
        }
    }
    whole
}

/// A number such as `8.87`. What it takes to read any number exactly is ten kilobytes of tables.
fn decimal(text: &str) -> Option<f64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = rest.get(..rest.len().min(6))?;
    let fraction: u32 = digits.parse().ok()?;
    let whole: u32 = whole.parse().ok()?;
    let tens = 10_u32.pow(digits.len() as u32);
    Some(f64::from(whole) + f64::from(fraction) / f64::from(tens))
}

/// Puts `data`, an SVG picture of the data layer that is `subpixel` times as large as `plot`, over
/// `axes`, one of the axes layer. Both are as plotters' SVG backend writes them; from another
/// source, without a line of their own for the outermost tag, the data are left out.
pub fn layered(axes: &str, data: &str, plot: &PlotRect, subpixel: i32) -> String {
    let (Some(end), Some((_, data))) = (axes.rfind("</svg>"), data.split_once('\n')) else {
        return axes.to_owned();
    };
    let PlotRect {
        left,
        top,
        width,
        height,
    } = *plot;
    let units = |px: u32| i64::from(px) * i64::from(subpixel);
    let (right, bottom) = (units(width), units(height));
    // What is in a picture within a picture is cut off at its edges. Lines have round joints, as on
    // the page.
    format!(
        "{}<svg x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {right} {bottom}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
         {data}{}",
        &axes[..end],
        &axes[end..],
    )
}

/// The same picture with paths written from point to point instead of from the corner: most points of
/// a line over time are equally far apart, of which a compressor leaves little.
pub fn relative(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    for line in svg.split_inclusive('\n') {
        match path(line) {
            Some(path) => out += &path,
            None => out += line,
        }
    }
    out
}

/// A line of plotters' SVG backend that is a path, as one of relative points.
fn path(line: &str) -> Option<String> {
    let (rest, end) = match line.strip_prefix("<polyline") {
        Some(rest) => (rest, ""),
        None => (line.strip_prefix("<polygon")?, "z"),
    };
    let (attributes, rest) = rest.split_once(" points=\"")?;
    let (points, _) = rest.split_once('"')?;
    let mut points = points.split_ascii_whitespace().map(|point| {
        let (x, y) = point.split_once(',')?;
        Some((x.parse::<i64>().ok()?, y.parse::<i64>().ok()?))
    });
    let (mut x, mut y) = points.next()??;
    let mut drawn = format!("m{x} {y}");
    for point in points {
        let to = point?;
        for by in [to.0 - x, to.1 - y] {
            // A minus parts numbers as well as a space does.
            if by >= 0 {
                drawn.push(' ');
            }
            drawn += &by.to_string();
        }
        (x, y) = to;
    }
    Some(format!("<path{attributes} d=\"{drawn}{end}\"/>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let check = |svg: &str, expected: &str| assert_eq!(sized(svg), expected);
        check("", "");
        check("<svg>11</svg>", "<svg>11</svg>");
        check(
            "<text font-size=\"8.870967741935484\" x=\"1\">a</text><text font-size=\"10\"/>",
            "<text font-size=\"11\" x=\"1\">a</text><text font-size=\"12.4\"/>",
        );
        check(
            "<text>font-size=&quot;9&quot;</text>",
            "<text>font-size=&quot;9&quot;</text>",
        );
        check("<text font-size=\"x\"/>", "<text font-size=\"x\"/>");
        check("<text font-size=\"9", "<text font-size=\"9");
    }

    #[test]
    fn paths_go_from_point_to_point() {
        let check = |svg: &str, expected: &str| assert_eq!(relative(svg), expected);
        check("", "");
        check(
            "<svg>\n<polyline fill=\"none\" stroke=\"#123456\" points=\"8,16 22,16 36,-4 36,0 \"/>\n</svg>\n",
            "<svg>\n<path fill=\"none\" stroke=\"#123456\" d=\"m8 16 14 0 14-20 0 4\"/>\n</svg>\n",
        );
        check(
            "<polygon opacity=\"0.5\" points=\"-1,-2 3,4 5,6\"/>\n",
            "<path opacity=\"0.5\" d=\"m-1 -2 4 6 2 2z\"/>\n",
        );
        // What is not as plotters writes it stays.
        for other in [
            "<polyline points=\"\"/>\n",
            "<polyline points=\"1,2 3\"/>\n",
            "<polyline points=\"1.5,2 3,4\"/>\n",
            "<polyline/>\n",
            "<text>\npoints=&quot;1,2 3,4&quot;\n</text>\n",
        ] {
            check(other, other);
        }
    }

    #[test]
    fn layers() {
        let plot = PlotRect {
            left: 28,
            top: 8,
            width: 100,
            height: 50,
        };
        let check = |axes: &str, data: &str, expected: &str| {
            assert_eq!(layered(axes, data, &plot, 8), expected);
        };
        check(
            "<svg width=\"140\">\n<text/>\n</svg>\n",
            "<svg width=\"800\">\n<line/>\n</svg>\n",
            "<svg width=\"140\">\n<text/>\n<svg x=\"28\" y=\"8\" width=\"100\" height=\"50\" \
             viewBox=\"0 0 800 400\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
             <line/>\n</svg>\n</svg>\n",
        );
        check("<svg>\n</svg>\n", "", "<svg>\n</svg>\n");
        check("", "<svg>\n</svg>\n", "");
    }
}
