/** Before each test file: the cpu backend speaks JavaScript, which is the reference. */
import process from 'node:process';

process.env.ADDAX_CPU_DIALECT ||= 'js';
