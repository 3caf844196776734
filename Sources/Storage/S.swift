import Worklist
