calx-simulate --region hnd -o films
