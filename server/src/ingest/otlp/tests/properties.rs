//! What holds of any stream and of any bytes.

use proptest::prelude::*;
use telemetry::otlp_message::prost::Message;

use super::*;

proptest! {
    /// However a stream is cut into points, cumulative ones count what deltas count.
    #[test]
    fn a_cumulative_stream_is_its_deltas(
        values in prop::collection::vec((0.0f64..8.0, any::<bool>()), 1..60),
        scales in prop::collection::vec(0i32..8, 60),
    ) {
        let (delta, cumulative) = (Bench::new(), Bench::new());
        let (mut all, mut since) = (Vec::new(), Vec::new());
        let mut scale = 20;
        for (second, (value, cut)) in (1..).zip(&values) {
            all.push(*value);
            since.push(*value);
            if !cut {
                continue;
            }
            // The scale of a stream falls.
            scale = scale.min(scales[second as usize - 1]);
            for (bench, temporality, values) in
                [(&delta, DELTA, &since), (&cumulative, CUMULATIVE, &all)]
            {
                let total: f64 = values.iter().sum();
                let counted = number(second, values.len() as f64);
                let points = [
                    ("m.counter", sum(temporality, true, counted)),
                    ("m.sum", sum(temporality, false, number(second, total))),
                    ("m.distribution", explicit(temporality, of_values(second, values))),
                    ("m.summary", exponential(temporality, at_scale(second, scale, values))),
                ];
                for (name, data) in points {
                    let outcome = bench.take(second, name, "", data);
                    prop_assert_eq!(outcome.rejected(), 0, "{:?}", outcome);
                }
            }
            since.clear();
        }
        let (delta, cumulative) = (delta.flush(), cumulative.flush());
        prop_assert_eq!(delta.len(), cumulative.len());
        for (name, one) in &delta {
            let other = &cumulative[name];
            if name != "m.sum" {
                prop_assert_eq!(one.count, other.count, "{}", name);
            }
            prop_assert!((one.sum - other.sum).abs() < 1e-9, "{}", name);
            prop_assert_eq!(one.buckets(), other.buckets());
            prop_assert_eq!(one.sketch().map(|s| s.count()), other.sketch().map(|s| s.count()));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let read = ExportMetricsServiceRequest::decode(bytes.as_slice());
        let _ = MessageSize::of(&bytes);
        if let Ok(request) = read {
            Bench::new().receiver.receive(request, BEGIN_MS);
        }
    }

    /// Requests with some bytes changed come further than noise does.
    #[test]
    fn damaged_requests_are_read_or_refused(
        values in prop::collection::vec(-9.0f64..9.0, 0..9),
        scale in any::<i32>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut request = request("m.summary", "s", exponential(2, at_scale(1, 6, &values)));
        let metrics = &mut request.resource_metrics[0].scope_metrics[0].metrics;
        let wild = ExponentialHistogramDataPoint {
            scale,
            ..at_scale(1, 3, &values)
        };
        for data in [
            exponential(1, wild),
            explicit(2, of_values(1, &values)),
            sum(2, true, number(1, 1.0)),
        ] {
            metrics.push(Metric {
                name: "m.distribution".into(),
                data: Some(data),
                ..Metric::default()
            });
        }
        let mut bytes = request.encode_to_vec();
        let size = MessageSize {
            points: 4,
            groups: 6,
            attributes: 1,
        };
        prop_assert_eq!(MessageSize::of(&bytes), Ok(size));
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = MessageSize::of(&bytes);
        if let Ok(request) = ExportMetricsServiceRequest::decode(bytes.as_slice()) {
            Bench::new().receiver.receive(request, BEGIN_MS);
        }
    }
}
