import { costDelta } from '../../../tools/pricing/delta';
import { budgetFor, change, dollars } from '../../../tools/shared/money';
import { usageOf } from '../../../tools/pricing/usage';
import { stack } from './stacks';

test('one line says it', () => {
  const disk = (size: number) => stack({ Disk: { Type: 'AWS::EC2::Volume', Properties: { VolumeType: 'gp3', Size: size } } });
  const usage = usageOf(2);
  expect(costDelta([disk(100)], [disk(600)], usage).line).toBe(
    '+$40 a month: $8.00 → $48 expected at 5,000 users, $8.00 → $48 at twice that',
  );
  expect(costDelta([disk(600)], [disk(100)], usage).line).toMatch(/^−\$40 a month: \$48 → \$8\.00 expected/);
  expect(costDelta([disk(100)], [disk(100)], usage)).toMatchObject({ services: [], line: expect.stringMatching(/^\$0 a month/) });
});

test('money reads well', () => {
  expect([0, 0.001, 0.5, 9.999, 10, 1234.5].map(dollars)).toEqual(['$0', 'under $0.01', '$0.50', '$10.00', '$10', '$1,235']);
  expect([5, -20, 0].map(change)).toEqual(['+$5.00', '−$20', '$0']);
  expect([0.2, 47, 890, 2000, 13_210].map(budgetFor)).toEqual([1, 57, 1100, 2400, 16_000]);
});
