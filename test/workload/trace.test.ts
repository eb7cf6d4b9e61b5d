import fc from 'fast-check';
import { currentTraceId, inTrace, traceIdOf, traceparent } from '../../workload/trace';

const hex = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: length, maxLength: length }).map((digits) => digits.join(''));
const traceId = hex(32).filter((id) => !/^0+$/.test(id));

test('goes on with the trace of traceparent, whatever the load balancer says', () => {
  fc.assert(
    fc.property(traceId, hex(16), hex(2), (id, span, flags) => {
      const headers = { traceparent: `00-${id}-${span}-${flags}`, 'x-amzn-trace-id': `Root=1-${'1'.repeat(8)}-${'2'.repeat(24)}` };
      expect(traceIdOf(headers)).toBe(id);
    }),
  );
});

test('goes on with the trace of the load balancer, wherever its root stands', () => {
  fc.assert(
    fc.property(
      traceId,
      fc.constantFrom('', 'Self=1-67891234-12456789abcdef012345678;'),
      fc.constantFrom('', ';Sampled=1'),
      (id, before, after) => {
        expect(traceIdOf({ 'x-amzn-trace-id': `${before}Root=1-${id.slice(0, 8)}-${id.slice(8)}${after}` })).toBe(id);
      },
    ),
  );
});

test('begins a trace where none is given, or none that makes sense', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(traceIdOf({ traceparent: one, 'x-amzn-trace-id': other })).toMatch(/^[0-9a-f]{32}$/);
    }),
  );
  expect(traceIdOf({ traceparent: `00-${'0'.repeat(32)}-${'1'.repeat(16)}-00` })).not.toMatch(/^0+$/);
  expect(traceIdOf({})).not.toBe(traceIdOf({}));
});

test('passes the trace on', async () => {
  const id = 'ab'.repeat(16);
  await inTrace(id, async () => {
    await Promise.resolve();
    expect(currentTraceId()).toBe(id);
    expect(traceparent()).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-01$`));
  });
  expect(currentTraceId()).toBeUndefined();
  expect(traceparent()).toBeUndefined();
});
