#!/usr/bin/env node
import { main } from '../stages/main';

main();
